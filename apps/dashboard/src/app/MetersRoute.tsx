import { Anchor } from '@mantine/core'
import type { Site } from '@ohmstead/sdk'
import { Link } from '@tanstack/react-router'
import { useMessages } from '../i18n/context.tsx'
import { ListSkeleton } from '../ui/ListSkeleton.tsx'
import { part } from '../ui/part.tsx'

const MetersPage = part('meters', () => import('../features/corrections/MetersPage.tsx'), ListSkeleton)

/** Which meter measures which, and meters that are made of others. */
export function MetersRoute({ site, mayEdit }: { site: Site; mayEdit: boolean }) {
  const { meters: text } = useMessages()
  const back = (
    <Anchor
      size="sm"
      renderRoot={props => <Link {...props} to="/sites/$site/energy" params={{ site: site.id }} />}
    >
      ← {text.back}
    </Anchor>
  )
  return <MetersPage site={site} mayEdit={mayEdit} back={back} />
}
