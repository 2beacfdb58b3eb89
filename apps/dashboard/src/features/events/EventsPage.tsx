import { Button } from '@mantine/core'
import type { Device } from '@ohmstead/sdk'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { devicesQuery } from '../../api/queries.ts'
import { type Speaker, speakersQuery } from '../../api/said.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { PlayIcon } from '../../ui/icons.tsx'
import { Page } from '../../ui/Page.tsx'
import { OpenAlerts } from './OpenAlerts.tsx'
import type { EventsSearch } from './search.ts'
import { Timeline } from './Timeline.tsx'

interface Props {
  readonly site: string
  readonly search: EventsSearch
  readonly onSearch: (search: EventsSearch) => void
  /** Whether the reader may acknowledge and clear. */
  readonly mayAct: boolean
}

/** Names that what was said is told with. */
export interface Names {
  readonly devices: readonly Device[]
  readonly rules: readonly Speaker[]
  /** False while the names of the rules are on their way. */
  readonly known: boolean
}

/** What people have to know, and what the rules of the site said. */
export default function EventsPage({ site, search, onSearch, mayAct }: Props) {
  const { nav, events: text, site: siteText, replay } = useMessages()
  const format = useFormat()
  const rules = useQuery(speakersQuery(site))
  const devices = useQuery(devicesQuery(site)).data ?? []
  const names = { devices, rules: rules.data ?? [], known: !rules.isPending }
  return (
    <Page
      title={nav.events}
      lead={`${text.lead} ${siteText.zone(format.zone)}`}
      aside={
        <Button
          size="xs"
          variant="default"
          leftSection={<PlayIcon />}
          renderRoot={props => <Link {...props} to="/sites/$site/replay" params={{ site }} />}
        >
          {replay.title}
        </Button>
      }
    >
      <OpenAlerts site={site} names={names} mayAct={mayAct} />
      <Timeline site={site} names={names} search={search} onSearch={onSearch} />
    </Page>
  )
}
