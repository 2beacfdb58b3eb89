import { Button } from '@mantine/core'
import type { Site } from '@ohmstead/sdk'
import { Link } from '@tanstack/react-router'
import { useMessages } from '../i18n/context.tsx'
import { ModulePage } from './ModulePage.tsx'

const load = async () => (await import('../features/corrections/MetersPage.tsx')).default

/** Which meter measures which, and meters that are made of others. */
export function MetersRoute({ site, mayEdit }: { site: Site; mayEdit: boolean }) {
  const { meters: text } = useMessages()
  const back = (
    <Button
      renderRoot={props => <Link {...props} to="/sites/$site/energy" params={{ site: site.id }} />}
      size="compact-sm"
      variant="subtle"
    >
      {text.back}
    </Button>
  )
  return (
    <ModulePage name="meters" load={load}>
      {MetersPage => <MetersPage site={site} mayEdit={mayEdit} back={back} />}
    </ModulePage>
  )
}
