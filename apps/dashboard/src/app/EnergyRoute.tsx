import { Button } from '@mantine/core'
import type { Site } from '@ohmstead/sdk'
import { Link } from '@tanstack/react-router'
import type { About } from '../features/energy/EnergyPage.tsx'
import type { EnergySearch } from '../features/energy/search.ts'
import { useMessages } from '../i18n/context.tsx'
import { ModulePage } from './ModulePage.tsx'

interface Props {
  readonly site: Site
  readonly search: EnergySearch
  readonly mayEdit: boolean
  readonly go: (search: EnergySearch, how: 'push' | 'replace') => void
}

const load = async () => {
  const [page, corrections] = await Promise.all([
    import('../features/energy/EnergyPage.tsx'),
    import('../features/corrections/Corrections.tsx'),
  ])
  return { EnergyPage: page.default, Corrections: corrections.default }
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
    <ModulePage name="energy" load={load}>
      {({ EnergyPage, Corrections }) => (
        <EnergyPage
          site={site}
          search={search}
          go={go}
          toMeters={toMeters}
          corrections={(about: About) => (
            <Corrections key={about.device.id} site={site} mayEdit={mayEdit} {...about} />
          )}
        />
      )}
    </ModulePage>
  )
}
