import { Button } from '@mantine/core'
import type { Site } from '@ohmstead/sdk'
import { Link } from '@tanstack/react-router'
import type { ComponentProps } from 'react'
import type { About } from '../features/energy/EnergyPage.tsx'
import type { EnergySearch } from '../features/energy/search.ts'
import { useMessages } from '../i18n/context.tsx'
import { ListSkeleton, RowsSkeleton } from '../ui/ListSkeleton.tsx'
import { part } from '../ui/part.tsx'

const EnergyPage = part<ComponentProps<typeof import('../features/energy/EnergyPage.tsx').default>>(
  'energy',
  () => import('../features/energy/EnergyPage.tsx'),
  ListSkeleton,
)
const Corrections = part<ComponentProps<typeof import('../features/corrections/Corrections.tsx').default>>(
  'corrections',
  () => import('../features/corrections/Corrections.tsx'),
  () => <RowsSkeleton rows={2} />,
)

interface Props {
  readonly site: Site
  readonly search: EnergySearch
  readonly mayEdit: boolean
  readonly go: (search: EnergySearch, how: 'push' | 'replace') => void
}

/** Energy with its corrections: pages do not know each other, so they meet here. */
export function EnergyRoute({ site, search, mayEdit, go }: Props) {
  const { energy: text } = useMessages()
  const toMeters = (
    <Button
      renderRoot={props => <Link {...props} to="/sites/$site/energy/meters" params={{ site: site.id }} />}
      size="compact-sm"
      variant="subtle"
    >
      {text.meters}
    </Button>
  )
  return (
    <EnergyPage
      site={site}
      search={search}
      go={go}
      toMeters={toMeters}
      corrections={(about: About) => (
        <Corrections key={about.device.id} site={site} mayEdit={mayEdit} {...about} />
      )}
    />
  )
}
