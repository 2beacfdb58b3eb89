import { Anchor } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ruleEventsQuery } from '../../api/rules.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import type { Units } from '../../parts/said/values.ts'
import { Card } from '../../ui/Card.tsx'
import { Failure } from '../../ui/Failure.tsx'
import { RowsSkeleton } from '../../ui/ListSkeleton.tsx'
import { PlainTable } from '../../ui/PlainTable.tsx'
import words from '../../ui/words.module.css'
import { rowText } from './rowText.ts'

/** What a rule said last. */
export function RuleEvents({
  site,
  rule,
  units,
  nameOf,
}: {
  site: string
  rule: string
  units: Units
  nameOf: (device: string) => string
}) {
  const { rules: text } = useMessages()
  const format = useFormat()
  const events = useQuery(ruleEventsQuery(site, rule))
  if (events.data === undefined)
    return events.isError ? (
      <Card title={text.events}>
        <Failure error={events.error} onRetry={() => events.refetch()} />
      </Card>
    ) : (
      <RowsSkeleton rows={3} rowHeight={40} />
    )
  return (
    <Card
      title={text.events}
      aside={
        events.data.length > 0 && (
          <Anchor
            size="sm"
            renderRoot={props => (
              <Link {...props} to="/sites/$site/events" params={{ site }} search={{ rule }} />
            )}
          >
            {text.allEvents}
          </Anchor>
        )
      }
    >
      {events.data.length === 0 ? (
        <p className={words.note}>{text.eventsNone}</p>
      ) : (
        <PlainTable
          label={text.events}
          columns={[
            { name: text.when, keep: true },
            { name: text.what },
            { name: text.about },
            { name: text.gave },
          ]}
          rows={events.data.map(({ seq, kind, key, device, time, retracted, row }) => ({
            key: seq,
            cells: [
              format.dateTime(time),
              retracted ? (
                <span key="kind">
                  <del>{text.kinds[kind]}</del> <span className={words.note}>{text.retracted}</span>
                </span>
              ) : (
                text.kinds[kind]
              ),
              device === null ? key : nameOf(device),
              rowText(row, units, format),
            ],
          }))}
        />
      )}
    </Card>
  )
}
