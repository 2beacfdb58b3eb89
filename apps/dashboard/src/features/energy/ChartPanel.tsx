import { SegmentedControl, Skeleton } from '@mantine/core'
import { isoLocal } from '@ohmstead/model'
import type { Site } from '@ohmstead/sdk'
import { type ReactNode, useCallback, useMemo } from 'react'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { useAt } from '../../live/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { CopyText } from '../../ui/CopyText.tsx'
import type { Bar, BarSeries } from '../../ui/chart/BarChart.tsx'
import { onlyStyle } from '../../ui/chart/seriesStyles.ts'
import { Failure } from '../../ui/Failure.tsx'
import { useModule } from '../../ui/useModule.ts'
import { BarTooltip } from './BarTooltip.tsx'
import classes from './ChartPanel.module.css'
import { gapOf, hatchingOf } from './certainty.ts'
import { csvOf, saveFile } from './csv.ts'
import { EnergyTable } from './EnergyTable.tsx'
import type { FlowWords } from './flows.ts'
import type { Labels } from './labels.ts'
import { marksOf } from './marks.ts'
import type { Names } from './names.ts'
import { localDate } from './period.ts'
import { Shares } from './Shares.tsx'
import type { EnergySearch, Grouping, View } from './search.ts'
import type { Segment } from './segments.ts'
import { tableOf } from './table.ts'
import type { EnergyShown, Shown } from './useEnergy.ts'
import type { useKeys } from './useKeys.ts'
import type { Go, Moves } from './view.ts'

const height = 320

interface Props {
  readonly site: Site
  readonly search: EnergySearch
  readonly shown: Shown
  readonly energy: EnergyShown
  /** The segments that get a colour of their own, and the one of all others. */
  readonly drawn: readonly Segment[]
  readonly names: Names
  readonly words: FlowWords
  readonly labels: Labels
  readonly keys: ReturnType<typeof useKeys>
  readonly move: Moves
  readonly go: Go
  readonly path: ReactNode
}

/** The picture, with everything that every chart has: table, file, API call. */
export function ChartPanel(props: Props) {
  const { search, shown, energy, keys, go, path } = props
  const { energy: text } = useMessages()
  const view = search.device !== undefined && search.view === 'shares' ? 'bars' : (search.view ?? 'bars')
  const title =
    search.device === undefined ? text.by[shown.grouping] : text.of(props.names.device(search.device))
  return (
    <Card aria-label={title}>
      <header className={classes.header}>
        {path}
        <div className={classes.controls}>
          {search.device === undefined && search.place === undefined && (
            <SegmentedControl
              size="xs"
              aria-label={text.group}
              value={shown.grouping}
              onChange={value => go({ ...search, group: value as Grouping }, 'replace')}
              data={(['device', 'place', 'site'] as const).map(value => ({
                value,
                label: text.groups[value],
              }))}
            />
          )}
          <SegmentedControl
            size="xs"
            aria-label={text.view}
            value={view}
            onChange={value => go({ ...search, view: value as View }, 'replace')}
            data={(['bars', 'shares', 'table'] as const)
              // One meter is all of itself.
              .filter(value => value !== 'shares' || search.device === undefined)
              .map(value => ({ value, label: text.views[value] }))}
          />
        </div>
      </header>
      {shown.crowded && <p className={classes.note}>{text.crowded}</p>}
      {energy.error !== null ? (
        <div className={classes.inPlace} style={{ minHeight: height }}>
          <Failure error={energy.error} onRetry={energy.retry} />
        </div>
      ) : energy.segments === undefined ? (
        <Skeleton height={height} />
      ) : energy.segments.length === 0 ? (
        <div className={classes.inPlace} style={{ minHeight: height }}>
          {text.emptyTime}
        </div>
      ) : view === 'table' ? (
        <EnergyTable {...props} segments={energy.segments} />
      ) : view === 'shares' ? (
        <Shares {...props} height={height} title={title} />
      ) : (
        <Bars {...props} title={title} />
      )}
      <Legend {...props} />
      <div className={classes.foot}>
        <p className={classes.keys}>
          {keys.letters
            ? text.keysOn
            : text.keysOn
                .split(' · ')
                .filter(part => !/^[A-Z] /.test(part))
                .join(' · ')}
          <button type="button" className={classes.keysSwitch} onClick={() => keys.setLetters(!keys.letters)}>
            {keys.letters ? text.keysSwitch.off : text.keysSwitch.on}
          </button>
        </p>
        <Actions {...props} title={title} />
      </div>
    </Card>
  )
}

function Bars({ shown, energy, drawn, names, words, labels, move, title }: Props & { title: string }) {
  const { energy: text } = useMessages()
  const format = useFormat()
  const now = useAt(present => Math.floor(present / 60_000) * 60_000)
  const { module, failure } = useModule('bar chart', () => import('../../ui/chart/BarChart.tsx'))
  const { zone } = format
  const bars = useMemo(
    () => barsOf({ shown, energy, drawn, labels, now, zone, format, text }),
    [shown, energy, drawn, labels, now, zone, format, text],
  )
  const series = useMemo(
    () =>
      drawn.map(
        (segment): BarSeries => ({
          key: `${segment.kind} ${segment.key}`,
          style: names.style(segment),
          above: segment.buckets.map(bucket => bucket.importWh),
          below: segment.buckets.map(bucket => bucket.exportWh),
          hatching: segment.buckets.map(hatchingOf),
        }),
      ),
    [drawn, names],
  )
  const formatNumber = useMemo(() => {
    const number = new Intl.NumberFormat(format.locale, { maximumSignificantDigits: 3 })
    return (value: number) => number.format(value)
  }, [format.locale])
  const tooltip = useCallback(
    (at: number) => (
      <BarTooltip
        at={at}
        shown={shown}
        energy={energy}
        drawn={drawn}
        names={names}
        words={words}
        labels={labels}
        now={now}
      />
    ),
    [shown, energy, drawn, names, words, labels, now],
  )
  const directions = { above: words.usedWord, below: words.fedInWord }
  if (module === undefined)
    return failure === null ? (
      <Skeleton height={height} />
    ) : (
      <div className={classes.inPlace} style={{ minHeight: height }}>
        <Failure error={failure} onRetry={() => location.reload()} />
      </div>
    )
  return (
    <module.default
      bars={bars}
      series={series}
      compared={energy.compared}
      height={height}
      formatNumber={formatNumber}
      words={directions}
      selected={shown.bar}
      label={`${title}, ${labels.period(shown.period)}`}
      tooltip={tooltip}
      onSelect={move.select}
      onBeyond={move.step}
    />
  )
}

interface Told extends Pick<Props, 'shown' | 'energy' | 'drawn' | 'labels'> {
  readonly now: number
  readonly zone: string
  readonly format: ReturnType<typeof useFormat>
  readonly text: ReturnType<typeof useMessages>['energy']
}

function barsOf({
  shown: { bars, by, period },
  energy,
  drawn,
  labels,
  now,
  zone,
  format,
  text,
}: Told): Bar[] {
  const manyDays = (by === 'hour' || by === 'slot') && period.end - period.start > 26 * 3_600_000
  const marks = marksOf({ bars, segments: drawn, revisions: energy.revisions, edits: energy.edits })
  return bars.map((bucket, at) => {
    const parts = drawn.map(({ buckets }) => buckets[at]).filter(part => part !== undefined)
    const gaps = parts.map(part => gapOf(part, bucket.start, now))
    const unknown = bucket.start < now && gaps.length > 0 && gaps.every(gap => gap === 'unknown')
    const sum = parts.reduce((all, part) => all + (part.importWh ?? 0), 0)
    const name = labels.bar(bucket, by)
    const { text: number, unit } = format.energy(sum)
    const midnight =
      bucket.start === bars[0]!.start || localDate(bucket.start, zone) !== localDate(bucket.start - 1, zone)
    return {
      key: String(bucket.start),
      tick: manyDays && midnight ? labels.tick(bucket, 'day') : labels.tick(bucket, by),
      order: orderOf(bucket.start, at, by, zone),
      major: manyDays && midnight,
      label: `${name}: ${
        bucket.start >= now ? text.gap.ahead : unknown ? text.gap.unknown : `${number} ${unit}`
      }${marks[at] === null ? '' : `, ${text.marks[marks[at]!]}`}`,
      mark: marks[at]!,
      unknown,
    }
  })
}

/** Hours and quarters count from midnight by local clocks, everything else from the first bar. */
function orderOf(start: number, at: number, by: Shown['by'], zone: string): number {
  if (by !== 'hour' && by !== 'slot') return at
  const [hour, minute] = isoLocal(start, zone).slice(11, 16).split(':').map(Number) as [number, number]
  return by === 'hour' ? hour : hour * 4 + Math.floor(minute / 15)
}

/** Says what hatching, grey bars and marks mean, where there are any. */
function Legend({ energy, drawn, shown, search }: Props) {
  const { energy: text } = useMessages()
  const marks = marksOf({
    bars: shown.bars,
    segments: drawn,
    revisions: energy.revisions,
    edits: energy.edits,
  })
  const hatched = drawn.some(({ buckets }) => buckets.some(bucket => hatchingOf(bucket) !== 'none'))
  const told = [
    ...(hatched ? [{ key: 'hatched', mark: 'hatched', text: text.legend.hatched }] : []),
    ...(energy.compared === null ? [] : [{ key: 'compared', mark: 'compared', text: text.legend.compared }]),
    ...(marks.includes('edited') ? [{ key: 'edited', mark: 'edited', text: text.marks.edited }] : []),
    ...(marks.includes('changed') ? [{ key: 'changed', mark: 'changed', text: text.marks.changed }] : []),
  ]
  if (energy.revisions === null) told.push({ key: 'many', mark: 'changed', text: text.marks.many })
  if ((search.view ?? 'bars') !== 'bars') return null
  // The line is there before it is known what stands in it, so that nothing jumps.
  if (energy.segments === undefined || told.length === 0) return <div className={classes.legend} />
  return (
    <ul className={classes.legend}>
      {told.map(({ key, mark, text: words }) => (
        <li key={key}>
          <span
            className={classes.sample}
            data-mark={mark}
            style={{ '--sample': `var(${onlyStyle.colour})` } as object}
          />
          {words}
        </li>
      ))}
    </ul>
  )
}

function Actions({ site, search, shown, energy, names, labels, title }: Props & { title: string }) {
  const { energy: text } = useMessages()
  const format = useFormat()
  const save = () => {
    const { head, rows } = tableOf({ segments: energy.segments ?? [], shown, names, text, zone: format.zone })
    const name = `${site.id}-${search.device ?? shown.grouping}-${localDate(shown.period.start, format.zone)}-${shown.by}.csv`
    saveFile(name, csvOf(head, rows), 'text/csv;charset=utf-8')
  }
  const readings = new URLSearchParams({
    device: search.device ?? '',
    from: new Date(shown.period.start).toISOString(),
    to: new Date(shown.period.end).toISOString(),
    resolution: 'raw',
    format: 'parquet',
  })
  return (
    <div className={classes.actions}>
      <button
        type="button"
        className={classes.action}
        disabled={energy.segments === undefined}
        onClick={save}
      >
        {text.download}
      </button>
      {search.device !== undefined && (
        <a className={classes.action} href={`/api/sites/${site.id}/readings?${readings}`} download>
          {text.downloadReadings}
        </a>
      )}
      <CopyText
        text={`curl -H "Authorization: Bearer $OHMSTEAD_TOKEN" "${location.origin}${energy.call}"`}
        label={text.copyCall}
      />
      <span className={classes.hidden}>{`${title}, ${labels.period(shown.period)}`}</span>
    </div>
  )
}
