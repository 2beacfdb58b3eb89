import { Skeleton } from '@mantine/core'
import type { EnergyBucket, Site } from '@ohmstead/sdk'
import { type ReactNode, useMemo } from 'react'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { useAt } from '../../live/context.tsx'
import { EnergyHistory } from '../../parts/EnergyHistory.tsx'
import { Card } from '../../ui/Card.tsx'
import { othersStyle, type SeriesStyle } from '../../ui/chart/seriesStyles.ts'
import { FlatCell, FlatHead, FlatRow, FlatRowHead, FlatTable } from '../../ui/FlatTable.tsx'
import { QuantityText } from '../../ui/QuantityText.tsx'
import { Swatch } from '../../ui/Swatch.tsx'
import { gapOf, qualityShares } from './certainty.ts'
import type { Labels } from './labels.ts'
import type { Names } from './names.ts'
import classes from './SegmentList.module.css'
import type { EnergySearch } from './search.ts'
import { addKnown, completenessOf, fewer, type Segment } from './segments.ts'
import type { EnergyShown, Shown } from './useEnergy.ts'
import { insideOf } from './view.ts'

interface Props {
  readonly site: Site
  readonly search: EnergySearch
  readonly shown: Shown
  readonly energy: EnergyShown
  readonly names: Names
  readonly labels: Labels
  readonly go: (search: EnergySearch) => void
  readonly toMeters: ReactNode
}

interface Row {
  readonly key: string
  readonly name: string
  readonly style: SeriesStyle | null
  readonly means: string | null
  readonly usedWh: number | null
  readonly fedInWh: number | null
  readonly earlierWh: number | null | undefined
  readonly known: number | null
  readonly notes: readonly string[]
  readonly to: EnergySearch | null
}

/** What the chosen bar, or the whole time, is made of; each device leads to itself in that time. */
export function SegmentList({ site, search, shown, energy, names, labels, go, toMeters }: Props) {
  const { energy: text } = useMessages()
  const format = useFormat()
  const rows = useRows({ search, shown, energy, names })
  const used = addKnown((rows?.parts ?? []).map(({ usedWh }) => usedWh))
  const hasFedIn = [...(rows?.parts ?? []), ...(rows?.computed ?? [])].some(
    ({ fedInWh }) => (fedInWh ?? 0) > 0,
  )
  const hasEarlier = energy.comparedBy !== null && shown.bar === null
  const chosen = shown.bar === null ? null : shown.bars[shown.bar]!
  const where = search.place === undefined ? text.list[shown.grouping] : names.place(search.place)
  const title = `${where}, ${chosen === null ? labels.period(shown.period) : labels.bar(chosen, shown.by)}`
  const columns = [
    text.name,
    text.used,
    text.share,
    ...(hasFedIn ? [text.delivered] : []),
    ...(hasEarlier ? [text.change] : []),
    text.known,
  ]
  const percent = useMemo(() => shareOf(format.locale), [format.locale])
  const row = (one: Row, total: number | null) => (
    <FlatRow key={one.key} className={classes.row} data-columns={columns.length} data-segment={one.key}>
      <FlatRowHead className={classes.head}>
        {one.style !== null && <Swatch style={one.style} />}
        <span className={classes.names}>
          {one.to === null ? (
            <span className={classes.name}>{one.name}</span>
          ) : (
            <button type="button" className={`${classes.name} ${classes.link}`} onClick={() => go(one.to!)}>
              {one.name}
            </button>
          )}
          {one.means !== null && <span className={classes.note}>{one.means}</span>}
        </span>
      </FlatRowHead>
      <FlatCell className={classes.used}>
        {!makesOnly(one) && (
          <QuantityText
            quantity={format.energy(one.usedWh)}
            raw={one.usedWh === null ? undefined : `${one.usedWh} Wh`}
          />
        )}
      </FlatCell>
      <FlatCell className={classes.share}>
        {total !== null && total > 0 && one.usedWh !== null && !makesOnly(one) && (
          <>
            <span className={classes.track} aria-hidden="true">
              <span
                className={classes.fill}
                style={{
                  width: `${(100 * one.usedWh) / total}%`,
                  background: `var(${one.style?.colour ?? '--ohm-accent'})`,
                }}
              />
            </span>
            <span className={classes.percent}>{percent(one.usedWh / total)}</span>
          </>
        )}
      </FlatCell>
      {hasFedIn && (
        <FlatCell className={classes.fedIn} data-label={text.delivered}>
          {(one.fedInWh ?? 0) > 0 && (
            <QuantityText quantity={format.energy(one.fedInWh)} raw={`${one.fedInWh} Wh`} />
          )}
        </FlatCell>
      )}
      {hasEarlier && (
        <FlatCell className={classes.earlier} data-label={text.change}>
          {one.earlierWh !== undefined && !makesOnly(one) && (
            <QuantityText
              quantity={format.energy(one.earlierWh)}
              raw={one.earlierWh === null ? undefined : `${one.earlierWh} Wh`}
            />
          )}
        </FlatCell>
      )}
      <FlatCell className={classes.known} data-label={text.known}>
        {one.known === null ? '–' : format.share(one.known)}
        {one.notes.map(note => (
          <span key={note} className={classes.note}>
            {note}
          </span>
        ))}
      </FlatCell>
    </FlatRow>
  )

  return (
    <Card title={title} aside={<div className={classes.aside}>{toMeters}</div>}>
      {rows === undefined ? (
        energy.error === null && [1, 2, 3, 4].map(at => <Skeleton key={at} height={32} mb={12} />)
      ) : (
        <>
          <FlatTable aria-label={title}>
            <FlatRow className={`${classes.row} ${classes.columns}`} data-columns={columns.length}>
              {columns.map(column => (
                <FlatHead key={column}>{column}</FlatHead>
              ))}
            </FlatRow>
            {rows.parts.map(one => row(one, used))}
            {rows.parts.length > 1 && (
              <FlatRow className={`${classes.row} ${classes.total}`} data-columns={columns.length}>
                <FlatRowHead className={classes.head}>{text.total}</FlatRowHead>
                <FlatCell className={classes.used}>
                  <QuantityText
                    quantity={format.energy(used)}
                    raw={used === null ? undefined : `${used} Wh`}
                  />
                </FlatCell>
              </FlatRow>
            )}
          </FlatTable>
          {rows.parts.length === 0 && <p className={classes.none}>{text.emptyTime}</p>}
          {rows.computed.length > 0 && (
            <>
              <h3 className={classes.subtitle}>{text.computed}</h3>
              <p className={classes.lead}>{text.computedMeans}</p>
              <FlatTable aria-label={text.computed}>{rows.computed.map(one => row(one, null))}</FlatTable>
            </>
          )}
          {shown.bar === null ? (
            <p className={classes.hint}>{text.choose}</p>
          ) : (
            shown.by !== 'slot' && (
              <p className={classes.hint}>
                <button
                  type="button"
                  className={classes.link}
                  onClick={() => {
                    const { bar: _, by: __, ...rest } = search
                    go({ ...rest, ...insideOf(shown, shown.bar!, format.zone) })
                  }}
                >
                  {text.open[shown.by]}
                </button>
              </p>
            )
          )}
          {chosen !== null && (
            <EnergyHistory
              site={site.id}
              start={chosen.start}
              end={chosen.end}
              deviceName={names.device}
              newsOnly
            />
          )}
        </>
      )}
    </Card>
  )
}

/** Solar panels use nothing: a zero there would only be in the way. */
const makesOnly = ({ usedWh, fedInWh }: Row) => (fedInWh ?? 0) > 0 && (usedWh ?? 0) === 0

/** A part of all: rounded to the nearest, small ones with a decimal. */
function shareOf(locale: string): (share: number) => string {
  const whole = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 })
  const fine = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 })
  return share => (share < 0.0995 ? fine : whole).format(share)
}

interface Asked extends Pick<Props, 'search' | 'shown' | 'energy' | 'names'> {}

function useRows({ search, shown, energy, names }: Asked) {
  const { energy: text } = useMessages()
  const format = useFormat()
  const now = useAt(present => Math.floor(present / 60_000) * 60_000)
  const { segments, comparedBy, computed } = energy
  if (segments === undefined) return undefined
  const alone = new Set(fewer(segments, 9).segments.map(keyOf))
  const toDevice = (device: string): EnergySearch => {
    const { bar: _, by: __, ...rest } = search
    // Without a chosen bar the device is shown in the same time, with the same bars.
    if (shown.bar === null) return { ...search, device }
    return { ...rest, device, ...insideOf(shown, shown.bar, format.zone) }
  }
  const figures = (buckets: readonly EnergyBucket[]) => {
    const bucket = shown.bar === null ? undefined : buckets[shown.bar]
    const of = shown.bar === null ? buckets : bucket === undefined ? [] : [bucket]
    const known = completenessOf(of, now)
    const gap = bucket === undefined ? null : gapOf(bucket, Date.parse(bucket.start), now)
    return {
      usedWh: addKnown(of.map(one => one.importWh)),
      fedInWh: addKnown(of.map(one => one.exportWh)),
      known,
      notes: [
        ...(gap === 'ahead' || gap === 'unknown' ? [text.gap[gap]] : []),
        ...(bucket === undefined
          ? []
          : qualityShares(bucket)
              .filter(({ name }) => name !== 'missing')
              .map(({ name, share }) => text.qualityShare(format.share(share), text.quality[name]))),
      ],
    }
  }
  const parts = segments.map((segment): Row => {
    const { key, kind, buckets } = segment
    return {
      key: keyOf(segment),
      name: names.of(segment),
      style: kind === 'untracked' || alone.has(keyOf(segment)) ? names.style(segment) : othersStyle,
      means: names.means(segment),
      ...figures(buckets),
      earlierWh:
        shown.bar === null && comparedBy !== null ? (comparedBy.get(keyOf(segment)) ?? null) : undefined,
      to:
        kind === 'meter' || kind === 'untracked'
          ? toDevice(key)
          : kind === 'place'
            ? { ...search, group: 'device', place: key }
            : null,
    }
  })
  const size = (row: Row) => Math.max(row.usedWh ?? -1, row.fedInWh ?? -1)
  return {
    parts:
      shown.bar === null
        ? parts
        : parts.toSorted((a, b) => Number(a.means !== null) - Number(b.means !== null) || size(b) - size(a)),
    computed: computed.map(
      ({ meter, buckets }): Row => ({
        key: `virtual ${meter.id}`,
        name: meter.name,
        style: null,
        means: null,
        ...figures(buckets),
        earlierWh: undefined,
        to: toDevice(meter.id),
      }),
    ),
  }
}

const keyOf = ({ kind, key }: Segment) => `${kind} ${key}`
