import { type LineSink, lineSeries, parseLines } from '@ohmstead/dialects'
import {
  type Clock,
  type FieldInfo,
  fieldInfo,
  type Instant,
  type Series,
  type Tags,
  type Value,
  type ValueType,
  valueFault,
} from '@ohmstead/model'
import type { Metrics } from '../metrics.ts'
import type { PresenceBoard } from '../presence.ts'
import type { Gate } from './admission.ts'
import type { Committer } from './committer.ts'
import type { Origin, Receipt } from './ingest.ts'
import type { Intake, Tally } from './intake.ts'
import type { Recorder } from './recorder.ts'
import type { SeriesIndex } from './seriesIndex.ts'

export interface LineIntakeParts {
  readonly gate: Gate
  readonly intake: Pick<Intake, 'reject'>
  readonly recorder: Recorder
  readonly index: SeriesIndex
  readonly committer: Committer
  readonly presence: PresenceBoard
  readonly metrics: Metrics
  readonly clock: Clock
  readonly maxFutureMs: number
}

/** Where the values of one column of a body go. `info` is there when its range has to be looked at. */
interface Column {
  readonly series: Series
  readonly info: FieldInfo | undefined
  /** To the unit of the catalogue. */
  readonly factor: number
}

/** InfluxDB line protocol into columns: series are looked up once per body, values go straight into the batch. */
export class LineIntake {
  readonly #parts: LineIntakeParts

  constructor(parts: LineIntakeParts) {
    this.#parts = parts
  }

  /** See `Ingest.lines`. @throws InvalidInput `precision` */
  async submit(
    origin: Origin,
    body: Uint8Array,
    { site, precision }: { site: string; precision: string },
  ): Promise<Receipt> {
    const { committer, gate, metrics } = this.#parts
    let pass = new Pass(this.#parts, origin, site, body)
    pass.read(precision)
    if (pass.strangers.size > 0) {
      for (const device of pass.strangers) await gate.admit(origin, site, device)
      // What was taken before is taken again under the same times, which changes nothing.
      pass = new Pass(this.#parts, origin, site, body)
      pass.read(precision)
    }
    const { tally } = pass
    if (tally.accepted > 0) await committer.commit()
    metrics.readingsAccepted.inc({ via: origin.via }, tally.accepted)
    return tally
  }
}

/** One reading of a body. */
class Pass implements LineSink {
  readonly tally: Tally = { accepted: 0, rejected: [] }
  /** Devices that have to be made before their values can be taken. */
  readonly strangers = new Set<string>()
  readonly #parts: LineIntakeParts
  readonly #origin: Origin
  readonly #site: string
  readonly #body: Uint8Array
  #columns: Column[] = []
  #devices = new Set<string>()
  #now: Instant

  constructor(parts: LineIntakeParts, origin: Origin, site: string, body: Uint8Array) {
    this.#parts = parts
    this.#origin = origin
    this.#site = site
    this.#body = body
    this.#now = parts.clock.now()
  }

  read(precision: string): void {
    const options = { precision, now: this.#now, futureMs: this.#parts.maxFutureMs }
    const { points } = parseLines(this.#body, options, this)
    this.tally.accepted = points
    for (const device of this.#devices) this.#parts.presence.seen(this.#site, device, this.#now)
  }

  column(measurement: string, tags: Tags, field: string, type: ValueType): number | string {
    const { gate, index } = this.#parts
    const at = { site: this.#site, ...lineSeries(measurement, tags, field) }
    const admission = gate.judge(this.#origin, at.site, at.device)
    if (admission.state === 'refused') return admission.refusal.reason
    if (admission.state === 'new') {
      this.strangers.add(at.device)
      return 'its device is being made'
    }
    const series = index.series(index.fields(at.site, at.device, at.measurement, at.tags), at, at.field, type)
    if (typeof series === 'string') return series
    this.#devices.add(at.device)
    return this.#columns.push({ series, info: fieldInfo(at.measurement, at.field), factor: at.factor }) - 1
  }

  add(column: number, time: Instant, written: Value, line: number): false | undefined {
    const { series, info, factor } = this.#columns[column]
    const value = factor !== 1 && typeof written === 'number' ? written * factor : written
    const fault = info && valueFault(value, info)
    if (fault !== undefined) {
      this.refuse(line, `fields.${series.field}`, fault)
      return false
    }
    this.#parts.recorder.addValue(series, time, value)
  }

  refuse(line: number, field: string, reason: string): void {
    // With a stranger in it the body is read again; only that pass speaks.
    if (this.strangers.size > 0) return
    const about = { site: this.#site, device: null, sample: lineOf(this.#body, line) }
    this.#parts.intake.reject(this.tally, this.#origin, line, { field, reason }, about)
  }
}

/** The text of a line, counted from 1. */
function lineOf(body: Uint8Array, line: number): Uint8Array {
  let start = 0
  for (let at = 1; at < line; at++) {
    const end = body.indexOf(10, start)
    if (end < 0) return new Uint8Array()
    start = end + 1
  }
  const end = body.indexOf(10, start)
  return body.subarray(start, Math.min(end < 0 ? body.length : end, start + 2048))
}
