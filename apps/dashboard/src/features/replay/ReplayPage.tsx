import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type HistoryState, Link } from '@tanstack/react-router'
import { replaysQuery } from '../../api/said.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import type { ForLab } from '../../parts/forLab.ts'
import { Card } from '../../ui/Card.tsx'
import { Failure } from '../../ui/Failure.tsx'
import { RowsSkeleton } from '../../ui/ListSkeleton.tsx'
import { Page } from '../../ui/Page.tsx'
import { Earlier } from './Earlier.tsx'
import { NewReplay } from './NewReplay.tsx'
import { Running } from './Running.tsx'
import type { ReplaySearch } from './search.ts'

/** `replace`: a step on the way, that the back button need not stop at; `lab` where what was brought along changes. */
export type OnSearch = (search: ReplaySearch, replace: boolean, lab?: ForLab) => void

interface Props {
  readonly site: string
  readonly search: ReplaySearch
  readonly onSearch: OnSearch
  /** What was brought along from where a rule is written or tried. */
  readonly lab: ForLab | undefined
  /** Whether the reader may start and stop them. */
  readonly mayStart: boolean
}

/** Stored readings of a period, played to rules on a clock of their own. */
export default function ReplayPage(props: Props) {
  const { replay: text, nav, site: siteText } = useMessages()
  const format = useFormat()
  const { site, search, lab } = props
  return (
    <Page
      title={text.title}
      lead={`${text.lead} ${siteText.zone(format.zone)}`}
      above={
        lab?.draft && lab.written ? (
          <ToDraft site={site} name={lab.draft.name} written={lab.written} />
        ) : (
          <Anchor
            size="sm"
            renderRoot={props => <Link {...props} to="/sites/$site/events" params={{ site }} />}
          >
            ← {nav.events}
          </Anchor>
        )
      }
    >
      {search.id === undefined ? <Start {...props} /> : <Running key={search.id} {...props} id={search.id} />}
    </Page>
  )
}

/** Back to where the draft is written, as it was left. */
function ToDraft({
  site,
  name,
  written,
}: {
  site: string
  name: string
  written: NonNullable<ForLab['written']>
}) {
  const state = ({ kept }: HistoryState) => ({ kept })
  return (
    <Anchor
      size="sm"
      renderRoot={props =>
        'rule' in written ? (
          <Link
            {...props}
            to="/sites/$site/rules/$rule/edit"
            params={{ site, rule: written.rule }}
            state={state}
          />
        ) : (
          <Link {...props} to="/sites/$site/rules/-/new" params={{ site }} search={written} state={state} />
        )
      }
    >
      ← {name}
    </Anchor>
  )
}

/** The one that runs, wherever it was started; else a new one and those before it. */
function Start(props: Props) {
  const { replay: text } = useMessages()
  const { site, search, onSearch, lab, mayStart } = props
  const replays = useQuery(replaysQuery(site))
  if (replays.data === undefined)
    return replays.isError ? (
      <Card>
        <Failure error={replays.error} onRetry={() => replays.refetch()} />
      </Card>
    ) : (
      <RowsSkeleton rows={5} />
    )
  const running = replays.data.find(({ state }) => state === 'running')
  if (running !== undefined && !search.fresh) return <Running key={running.id} {...props} id={running.id} />
  return (
    <>
      {mayStart ? (
        <NewReplay
          site={site}
          lab={lab}
          onStarted={id => onSearch({ id }, false, lab && { ...lab, replay: id })}
        />
      ) : (
        <Card>
          <p>{text.mayNot}</p>
        </Card>
      )}
      {replays.data.length > 0 && <Earlier replays={replays.data} onShow={id => onSearch({ id }, false)} />}
    </>
  )
}
