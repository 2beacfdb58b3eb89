import { Button, Select } from '@mantine/core'
import type { RuleEvent } from '@ohmstead/sdk'
import { Link } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { localDate } from '../../i18n/format.ts'
import { useAt } from '../../live/context.tsx'
import { type Kind, kinds } from '../../parts/said/KindMark.tsx'
import { Card } from '../../ui/Card.tsx'
import { Failure } from '../../ui/Failure.tsx'
import { RowsSkeleton } from '../../ui/ListSkeleton.tsx'
import words from '../../ui/words.module.css'
import { dayNamer } from './dayName.ts'
import { Entry } from './Entry.tsx'
import type { Names } from './EventsPage.tsx'
import { type EventsSearch, filterOf } from './search.ts'
import classes from './Timeline.module.css'
import { daysOf, itemsOf, newestSeq } from './timeline.ts'
import { useInSight, useSaid } from './useSaid.ts'

interface Props {
  readonly site: string
  readonly names: Names
  readonly search: EventsSearch
  readonly onSearch: (search: EventsSearch) => void
}

/** All that the rules said, newest first, by the days of the site. */
export function Timeline({ site, names, search, onSearch }: Props) {
  const { events: text } = useMessages()
  const said = useSaid(site, filterOf(search))
  const items = useMemo(() => (said.data === undefined ? [] : itemsOf(said.data)), [said.data])
  const { element: head, inSight } = useInSight<HTMLDivElement>(true)
  const { shown, fresh } = useHeld(items, inSight, JSON.stringify(search))
  const filtered = Object.keys(search).length > 0
  return (
    <Card title={text.timeline}>
      <div ref={head} className={classes.head}>
        <Filters names={names} search={search} onSearch={onSearch} />
      </div>
      {said.data === undefined || !names.known ? (
        said.isError ? (
          <Failure error={said.error} onRetry={() => said.refetch()} />
        ) : (
          <RowsSkeleton rows={6} rowHeight={48} />
        )
      ) : items.length === 0 ? (
        <Nothing
          site={site}
          filtered={filtered}
          hasRules={names.rules.length > 0}
          onReset={() => onSearch({})}
        />
      ) : (
        <>
          <Fresh count={fresh} onShow={() => head.current?.scrollIntoView({ block: 'center' })} />
          <Days site={site} items={shown} names={names} />
          <Older
            has={said.hasNextPage}
            loading={said.isFetchingNextPage}
            error={said.isFetchNextPageError ? said.error : null}
            load={() => void said.fetchNextPage()}
          />
        </>
      )}
    </Card>
  )
}

/** While the reader is further down, what is new waits above: lines that are being read do not move. */
function useHeld(items: readonly RuleEvent[], inSight: boolean, search: string) {
  const [seen, setSeen] = useState<number | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: only leaving and coming back count, and another question
  useEffect(() => setSeen(inSight ? null : newestSeq(items)), [inSight, search])
  return useMemo(() => {
    const shown = seen === null ? items : items.filter(({ seq }) => seq <= seen)
    return { shown, fresh: items.length - shown.length }
  }, [items, seen])
}

function Fresh({ count, onShow }: { count: number; onShow: () => void }) {
  const { events: text } = useMessages()
  const format = useFormat()
  return (
    <div className={classes.fresh} role="status">
      {count > 0 && (
        <Button size="compact-sm" onClick={onShow}>
          ↑ {text.fresh(count, format.count(count))}
        </Button>
      )}
    </div>
  )
}

function Filters({ names, search, onSearch }: Omit<Props, 'site'>) {
  const { events: text } = useMessages()
  const set = (name: keyof EventsSearch, value: string | null) => {
    const { [name]: _, ...rest } = search
    onSearch(value === null ? rest : ({ ...rest, [name]: value } as EventsSearch))
  }
  // What was removed since may still be asked for.
  const listed = (things: readonly { id: string; name: string }[], chosen: string | undefined) => [
    ...things.map(({ id, name }) => ({ value: id, label: name })),
    ...(chosen === undefined || things.some(({ id }) => id === chosen)
      ? []
      : [{ value: chosen, label: chosen }]),
  ]
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a frame and a legend of its own
    <div className={classes.filters} role="group" aria-label={text.filters}>
      <Select
        size="sm"
        aria-label={text.kind}
        placeholder={text.allKinds}
        data={kinds.map(value => ({ value, label: text.kinds[value] }))}
        value={search.kind ?? null}
        onChange={value => set('kind', value as Kind | null)}
        clearable
      />
      <Select
        size="sm"
        aria-label={text.rule}
        placeholder={text.allRules}
        data={listed(names.rules, search.rule)}
        value={search.rule ?? null}
        onChange={value => set('rule', value)}
        searchable={names.rules.length > 8}
        clearable
      />
      <Select
        size="sm"
        aria-label={text.device}
        placeholder={text.allDevices}
        data={listed(names.devices, search.device)}
        value={search.device ?? null}
        onChange={value => set('device', value)}
        searchable={names.devices.length > 8}
        clearable
      />
    </div>
  )
}

function Days({ site, items, names }: { site: string; items: readonly RuleEvent[]; names: Names }) {
  const { events: text } = useMessages()
  const format = useFormat()
  const today = useAt(now => localDate(now, format.zone))
  const { dateOf, nameOf } = useMemo(() => dayNamer(format, today, text), [format, today, text])
  const rules = useMemo(() => new Map(names.rules.map(rule => [rule.id, rule])), [names.rules])
  const devices = useMemo(() => new Map(names.devices.map(({ id, name }) => [id, name])), [names.devices])
  return daysOf(items, dateOf).map(({ date, items }) => (
    <section key={date} aria-label={nameOf(date)}>
      <h3 className={classes.day}>{nameOf(date)}</h3>
      <ul className={classes.entries}>
        {items.map(item => (
          <Entry
            key={item.seq}
            site={site}
            item={item}
            rule={rules.get(item.rule)}
            about={item.device === null ? item.key : (devices.get(item.device) ?? item.device)}
          />
        ))}
      </ul>
    </section>
  ))
}

interface OlderProps {
  readonly has: boolean
  readonly loading: boolean
  readonly error: unknown
  readonly load: () => void
}

/** Comes by itself when the end is near, and by a button for those who do not scroll. */
function Older({ has, loading, error, load }: OlderProps) {
  const { events: text } = useMessages()
  const { element, inSight } = useInSight<HTMLDivElement>(false, '200px')
  const due = inSight && has && !loading && error === null
  // biome-ignore lint/correctness/useExhaustiveDependencies: only whether it is due counts
  useEffect(() => {
    if (due) load()
  }, [due])
  return (
    <div ref={element} className={classes.older}>
      {error !== null && <Failure error={error} onRetry={load} />}
      {has ? (
        <Button size="xs" variant="default" loading={loading} onClick={load}>
          {text.older}
        </Button>
      ) : (
        <p className={words.note}>{text.end}</p>
      )}
    </div>
  )
}

function Nothing({
  site,
  filtered,
  hasRules,
  onReset,
}: {
  site: string
  filtered: boolean
  hasRules: boolean
  onReset: () => void
}) {
  const { events: text } = useMessages()
  if (filtered)
    return (
      <div className={classes.nothing} role="status">
        <p>{text.noMatch}</p>
        <Button size="xs" variant="default" onClick={onReset}>
          {text.reset}
        </Button>
      </div>
    )
  return (
    <div className={classes.nothing} role="status">
      <p className={classes.nothingTitle}>{text.empty}</p>
      <p>{hasRules ? text.emptyHint : text.emptyNoRules}</p>
      <Button
        size="xs"
        variant="default"
        renderRoot={props => <Link {...props} to="/sites/$site/rules" params={{ site }} />}
      >
        {text.toRules}
      </Button>
    </div>
  )
}
