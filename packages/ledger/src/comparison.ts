import { type Slot, slotMs } from '@ohmstead/model'
import type { Range } from './columns.ts'
import { DayBlock } from './dayBlock.ts'
import type { SlotColumns } from './meter.ts'
import { slotFloor } from './slotEnergy.ts'

export interface Sums {
  readonly importWh: number | null
  readonly exportWh: number | null
}

/**
 * What an edit would change: [from, to) reaches from the first slot that differs to the last. `before` and `after` hold
 * the slots that differ, in the same order.
 */
export interface Preview extends Range {
  readonly before: readonly Slot[]
  readonly after: readonly Slot[]
  /** Over all slots of [from, to). */
  readonly sums: { readonly before: Sums; readonly after: Sums }
}

/** Gathers what differs between two computations of the same slots. */
export class Comparison {
  readonly #before: Slot[] = []
  readonly #after: Slot[] = []
  readonly #sums = { before: new Sum(), after: new Sum() }
  /** Slots since the last that differs: they count once another one does. */
  #between: (readonly [Slot, Slot])[] = []

  add(now: SlotColumns, then: SlotColumns): void {
    const after = listSlots(then)
    for (const [k, slot] of listSlots(now).entries()) this.#pair(slot, after[k]!)
  }

  #pair(before: Slot, after: Slot): void {
    const differs = !sameSlot(before, after)
    if (!differs && this.#before.length === 0) return
    this.#between.push([before, after])
    if (!differs) return
    this.#before.push(before)
    this.#after.push(after)
    for (const [one, other] of this.#between) {
      this.#sums.before.add(one)
      this.#sums.after.add(other)
    }
    this.#between = []
  }

  /** @param about where the change is when there is none */
  done(about: Range): Preview {
    const from = this.#before[0]?.start ?? slotFloor(about.from)
    const last = this.#before.at(-1)?.start
    return {
      from,
      to: last === undefined ? from : last + slotMs,
      before: this.#before,
      after: this.#after,
      sums: { before: this.#sums.before.value(), after: this.#sums.after.value() },
    }
  }
}

class Sum {
  #imports: number | null = null
  #exports: number | null = null

  add({ importMilliWh, exportMilliWh }: Slot): void {
    if (importMilliWh !== null) this.#imports = (this.#imports ?? 0) + importMilliWh
    if (exportMilliWh !== null) this.#exports = (this.#exports ?? 0) + exportMilliWh
  }

  value(): Sums {
    const wh = (milliWh: number | null) => (milliWh === null ? null : milliWh / 1000)
    return { importWh: wh(this.#imports), exportWh: wh(this.#exports) }
  }
}

function sameSlot(a: Slot, b: Slot): boolean {
  return (
    a.importMilliWh === b.importMilliWh &&
    a.exportMilliWh === b.exportMilliWh &&
    a.coverage === b.coverage &&
    a.quality === b.quality &&
    a.source === b.source
  )
}

/** Columns as slots of revision 0. */
export function listSlots(columns: SlotColumns): Slot[] {
  const { first, length } = columns
  const slots: Slot[] = []
  const block = DayBlock.empty(0)
  for (let k = 0; k < length; k++) {
    block.set(0, columns, k)
    slots.push({ ...block.slot(0), start: first + k * slotMs })
  }
  return slots
}
