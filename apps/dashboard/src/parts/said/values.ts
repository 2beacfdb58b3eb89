import { fieldInfo } from '@ohmstead/model'
import { type SeriesKey, seriesText } from '../../api/seriesKey.ts'
import type { Format } from '../../i18n/format.ts'
import { maxSeries } from '../../ui/chart/dashes.ts'
import { valueText } from '../../ui/chart/valueText.ts'

type Row = Readonly<Record<string, unknown>>
/** UCUM units of a rule's columns, by name. */
export type Units = Readonly<Record<string, string>>

/** A column of what a rule said, ready to be read. */
export interface SaidValue {
  readonly name: string
  readonly text: string
}

/** Columns that the line itself tells. */
const told = new Set(['device', 'key'])
const timeName = /^(since|time|from|to|start|end|.*At)$/
/** A number that is no time in milliseconds of our days. */
const leastTime = 1e11

const isTime = (name: string, value: unknown): value is number =>
  typeof value === 'number' && value >= leastTime && timeName.test(name)

/** What a row holds besides whom it is about. */
export function valuesOf(row: Row, units: Units, format: Format): SaidValue[] {
  return Object.entries(row)
    .filter(([name]) => !told.has(name))
    .map(([name, value]) => ({ name, text: textOf(name, value, units[name], format) }))
}

/** The number that says most of a row; null where there is none. */
export function mainValue(row: Row, units: Units, format: Format): string | null {
  const [name, value] =
    typeof row.value === 'number'
      ? ['value', row.value]
      : (Object.entries(row).find(([name, value]) => typeof value === 'number' && !isTime(name, value)) ?? [])
  return name === undefined ? null : textOf(name, value, units[name], format)
}

function textOf(name: string, value: unknown, unit: string | undefined, format: Format): string {
  if (value === null || value === undefined) return '–'
  if (isTime(name, value)) return format.dateTime(value)
  if (typeof value === 'number') return valueText(value, unit ?? '', format)
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** What a rule looks at; null means all. */
export interface Need {
  readonly measurement: string
  readonly devices: readonly string[] | null
  readonly fields: readonly string[] | null
}

/** The series behind something that was said of a device: those of the device, and others that the rule names. */
export function seriesBehind(needs: readonly Need[], device: string | null): SeriesKey[] {
  return needs
    .flatMap(({ measurement, devices, fields }) =>
      devicesBehind(devices, device).flatMap(id =>
        (fields ?? [])
          .filter(field => fieldInfo(measurement, field) !== undefined)
          .map(field => ({ device: id, measurement, field, tags: {} })),
      ),
    )
    .slice(0, maxSeries)
}

function devicesBehind(named: readonly string[] | null, device: string | null): readonly string[] {
  if (device === null) return named ?? []
  return named === null || named.includes(device) ? [device] : named
}

const aroundMs = 2 * 3_600_000

/** What *Explore* has to be asked for to show them around that time; null where no series is known. */
export function exploreAround(
  { time, device }: { time: number; device: string | null },
  needs: readonly Need[],
  now: number,
): { s: string[]; from: number; to: number } | null {
  const series = seriesBehind(needs, device)
  if (series.length === 0) return null
  const to = Math.max(time + 60_000, Math.min(time + aroundMs, now))
  return { s: series.map(seriesText), from: time - aroundMs, to }
}
