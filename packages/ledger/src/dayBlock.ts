import { type Instant, qualities, type Slot, slotMs, slotSources } from '@ohmstead/model'
import { qualityIndex, type SlotColumns } from './meter.ts'

export const dayMs = 86_400_000
export const slotsPerDay = dayMs / slotMs

const n = slotsPerDay
const format = 1
const offsets = {
  importMilliWh: 8,
  exportMilliWh: 8 + 8 * n,
  coveredMs: 8 + 16 * n,
  samples: 8 + 20 * n,
  revision: 8 + 24 * n,
  quality: 8 + 26 * n,
  source: 8 + 27 * n,
  final: 8 + 28 * n,
} as const
const size = 8 + 29 * n

/** The 96 slots of a meter and UTC day, as columns over one run of bytes: a row of the ledger's file. */
export class DayBlock {
  readonly start: Instant
  readonly bytes: Uint8Array
  readonly importMilliWh: Float64Array
  readonly exportMilliWh: Float64Array
  readonly coveredMs: Uint32Array
  readonly samples: Uint32Array
  readonly revision: Uint16Array
  readonly quality: Uint8Array
  readonly source: Uint8Array
  /** 1 once only a late reading, an edit or a rule can change the slot. */
  readonly final: Uint8Array

  /** @param bytes as stored; they are copied when they are not aligned */
  constructor(start: Instant, bytes: Uint8Array) {
    this.start = start
    const own = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes)
    this.bytes = own
    const { buffer, byteOffset } = own
    const at = (name: keyof typeof offsets) => byteOffset + offsets[name]
    this.importMilliWh = new Float64Array(buffer, at('importMilliWh'), n)
    this.exportMilliWh = new Float64Array(buffer, at('exportMilliWh'), n)
    this.coveredMs = new Uint32Array(buffer, at('coveredMs'), n)
    this.samples = new Uint32Array(buffer, at('samples'), n)
    this.revision = new Uint16Array(buffer, at('revision'), n)
    this.quality = new Uint8Array(buffer, at('quality'), n)
    this.source = new Uint8Array(buffer, at('source'), n)
    this.final = new Uint8Array(buffer, at('final'), n)
  }

  static empty(start: Instant): DayBlock {
    const block = new DayBlock(start, new Uint8Array(size))
    block.bytes[0] = format
    block.importMilliWh.fill(Number.NaN)
    block.exportMilliWh.fill(Number.NaN)
    block.quality.fill(qualityIndex.missing)
    return block
  }

  slot(k: number): Slot {
    return {
      start: this.start + k * slotMs,
      importMilliWh: known(this.importMilliWh[k]!),
      exportMilliWh: known(this.exportMilliWh[k]!),
      coverage: this.coveredMs[k]! / slotMs,
      quality: qualities[this.quality[k]!]!,
      source: slotSources[this.source[k]!]!,
      revision: this.revision[k]!,
    }
  }

  /** Whether slot `k` says the same as slot `i` of `slots`. */
  same(k: number, slots: SlotColumns, i: number): boolean {
    return (
      equal(this.importMilliWh[k]!, slots.importMilliWh[i]!) &&
      equal(this.exportMilliWh[k]!, slots.exportMilliWh[i]!) &&
      this.coveredMs[k] === slots.coveredMs[i] &&
      this.quality[k] === slots.quality[i] &&
      this.source[k] === slots.source[i]
    )
  }

  set(k: number, slots: SlotColumns, i: number): void {
    this.importMilliWh[k] = slots.importMilliWh[i]!
    this.exportMilliWh[k] = slots.exportMilliWh[i]!
    this.coveredMs[k] = slots.coveredMs[i]!
    this.quality[k] = slots.quality[i]!
    this.source[k] = slots.source[i]!
    this.samples[k] = slots.samples[i]!
  }

  /** Whether nothing is known of the whole day. */
  get isEmpty(): boolean {
    return this.coveredMs.every(ms => ms === 0) && this.samples.every(count => count === 0)
  }
}

const known = (milliWh: number): number | null => (Number.isNaN(milliWh) ? null : milliWh)
const equal = (a: number, b: number) => a === b || (Number.isNaN(a) && Number.isNaN(b))
export const dayFloor = (at: Instant): Instant => Math.floor(at / dayMs) * dayMs
