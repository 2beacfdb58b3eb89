import type { Clock, Instant, Value } from '@ohmstead/model'
import { isoLocal } from '@ohmstead/model'
import { readLines } from './lines.ts'
import type { Mapping } from './mapping.ts'
import { grouped } from './progress.ts'
import type { Row } from './rows.ts'
import { type Format, readRows } from './source.ts'
import { Tally } from './tally.ts'
import { TimeOrder } from './timeOrder.ts'

export interface DryRunOptions {
  readonly file: string
  readonly format: Format
  readonly mapping: Mapping
  readonly zone: string
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly progress: (done: number, looked: number) => void
}

/** What an import would do. */
export interface DryRun {
  readonly lines: number
  readonly readings: number
  readonly values: number
  readonly refused: number
  readonly report: string[]
}

const shownRows = 5

/** Reads the whole file and sends nothing. */
export async function dryRun(options: DryRunOptions): Promise<DryRun> {
  return options.format === 'lines' ? dryLines(options) : dryRows(options, options.format)
}

async function dryRows(options: DryRunOptions, format: 'csv' | 'parquet'): Promise<DryRun> {
  const { mapping, zone, signal } = options
  const tally = new Tally()
  const order = new TimeOrder()
  const devices = new Map<string, number>()
  const first: Row[] = []
  let [lines, readings, values] = [0, 0, 0]
  let from: Instant = Number.POSITIVE_INFINITY
  let to: Instant = Number.NEGATIVE_INFINITY
  for await (const chunk of readRows(options.file, format, {
    mapping,
    zone,
    signal,
    now: options.clock.now(),
  })) {
    lines += chunk.looked
    for (const refusal of chunk.refusals) tally.add(refusal)
    for (const row of chunk.rows) {
      if (first.length < shownRows) first.push(row)
      order.add(row.device, row.line, row.time)
      readings++
      for (const _ in row.fields) values++
      devices.set(row.device, (devices.get(row.device) ?? 0) + 1)
      from = Math.min(from, row.time)
      to = Math.max(to, row.time)
    }
    options.progress(chunk.done, lines)
  }
  const report = [
    `${options.file}: ${format === 'csv' ? 'CSV' : 'Parquet'}, ${grouped(lines)} lines`,
    `to site ${mapping.site}, measurement ${mapping.measurement}, ${devicesText(devices)}`,
    ...mapping.fields.map(field => `  ${field.field} ← column ${field.column}${scaleText(field)}`),
    ...(readings > 0 ? [`${isoLocal(from, zone)} to ${isoLocal(to, zone)} (${zone})`] : []),
    ...(first.length > 0 ? ['first readings:', ...first.map(row => `  ${rowText(row, zone)}`)] : []),
    `${grouped(readings)} readings with ${grouped(values)} values would be sent, ${grouped(tally.total)} refused`,
    ...tally.report(),
    ...order.report(),
    'nothing was sent (dry run)',
  ]
  return { lines, readings, values, refused: tally.total, report }
}

/** Line protocol is judged by the server; here its lines are counted and shown. */
async function dryLines(options: DryRunOptions): Promise<DryRun> {
  const shown: string[] = []
  let readings = 0
  for await (const { lines, done } of readLines(options.file, options.signal)) {
    for (const line of lines) {
      if (line === '' || line.startsWith('#')) continue
      readings++
      if (shown.length < shownRows) shown.push(`  ${line.slice(0, 200)}`)
    }
    options.progress(done, readings)
  }
  const report = [
    `${options.file}: line protocol, to site ${options.mapping.site}`,
    ...(shown.length > 0 ? ['first lines:', ...shown] : []),
    `${grouped(readings)} lines would be sent`,
    'nothing was sent (dry run)',
  ]
  return { lines: readings, readings, values: readings, refused: 0, report }
}

function devicesText(devices: ReadonlyMap<string, number>): string {
  if (devices.size === 1) return `device ${[...devices.keys()][0]}`
  const names = [...devices.keys()].slice(0, 10).join(', ')
  return `${devices.size} devices: ${names}${devices.size > 10 ? ', …' : ''}`
}

function scaleText({ factor, offset }: { factor: number; offset: number }): string {
  if (factor === 1 && offset === 0) return ''
  return ` × ${Number(factor.toPrecision(12))}${offset === 0 ? '' : ` + ${Number(offset.toPrecision(12))}`}`
}

function rowText({ device, time, fields, tags }: Row, zone: string): string {
  const shown = (pairs: Readonly<Record<string, Value>>) =>
    Object.entries(pairs)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')
  const labels = Object.keys(tags).length > 0 ? ` [${shown(tags)}]` : ''
  return `${isoLocal(time, zone)}  ${device}  ${shown(fields)}${labels}`
}
