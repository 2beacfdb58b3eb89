import { type Instant, slotMs } from '@ohmstead/model'
import type { Range } from './columns.ts'
import { certainty, type Steps } from './counters.ts'

/** Energy of consecutive slots in one direction, as columns. Where `coveredMs` is 0 the energy is unknown. */
export interface SlotEnergy {
  /** Start of the first slot. */
  readonly first: Instant
  readonly length: number
  readonly milliWh: Float64Array
  readonly coveredMs: Float64Array
  /** Of the covered time: how much is not plainly measured. ms */
  readonly spreadMs: Float64Array
  readonly guessedMs: Float64Array
  readonly editedMs: Float64Array
}

export function slotEnergy(range: Range): SlotEnergy {
  const length = Math.round((range.to - range.from) / slotMs)
  const column = () => new Float64Array(length)
  return {
    first: range.from,
    length,
    milliWh: column(),
    coveredMs: column(),
    spreadMs: column(),
    guessedMs: column(),
    editedMs: column(),
  }
}

export const slotFloor = (at: Instant): Instant => Math.floor(at / slotMs) * slotMs
export const slotCeil = (at: Instant): Instant => Math.ceil(at / slotMs) * slotMs

/** A step longer than this says nothing about any slot of it. */
export const longestStepMs = 400 * 86_400_000
/** Power shapes the energy of steps up to this length; longer ones are spread evenly. */
export const longestShapedMs = 35 * 86_400_000

/** Whether the energy of this step is known but not how it is spread over the slots it touches. */
export function isSpread(steps: Steps, i: number): boolean {
  if (steps.certainty[i] === certainty.measured || Number.isNaN(steps.milliWh[i])) return false
  return slotFloor(steps.from[i]!) < slotFloor(steps.to[i]! - 1)
}

/**
 * Puts the energy of steps into slots, so that what each step gives adds up to its energy exactly.
 * @param shape power in the same direction, where there is any: long steps follow it
 */
export function addSteps(into: SlotEnergy, steps: Steps, shape: SlotEnergy | null): void {
  const end = into.first + into.length * slotMs
  for (let i = 0; i < steps.length; i++) {
    const from = steps.from[i]!
    const to = steps.to[i]!
    const energy = steps.milliWh[i]!
    if (to <= into.first || from >= end || Number.isNaN(energy) || to - from > longestStepMs) continue
    const slot = Math.floor((from - into.first) / slotMs)
    const inside = to <= into.first + (slot + 1) * slotMs
    if (inside) {
      const known = steps.certainty[i]!
      into.milliWh[slot]! += energy
      into.coveredMs[slot]! += to - from
      if (known > certainty.spread) soften(into, slot, known, to - from)
    } else {
      const shaped = shape && isSpread(steps, i) && to - from <= longestShapedMs
      const weights = shaped ? shapeWeights(from, to, energy, shape) : null
      if (weights) addShaped(into, steps, i, weights)
      else addLinear(into, steps, i)
    }
  }
}

function soften(into: SlotEnergy, slot: number, known: number, ms: number): void {
  if (known === certainty.spread) into.spreadMs[slot]! += ms
  else if (known === certainty.guessed) into.guessedMs[slot]! += ms
  else if (known === certainty.edited) into.editedMs[slot]! += ms
}

/** Evenly over time. Each border's share is rounded, so that neighbours get what the other did not. */
function addLinear(into: SlotEnergy, steps: Steps, i: number): void {
  const from = steps.from[i]!
  const to = steps.to[i]!
  const energy = steps.milliWh[i]!
  const known = steps.certainty[i]!
  const first = Math.max(0, Math.floor((from - into.first) / slotMs))
  const last = Math.min(into.length - 1, Math.ceil((to - into.first) / slotMs) - 1)
  let begin = Math.max(from, into.first + first * slotMs)
  let done = Math.round((energy * (begin - from)) / (to - from))
  for (let slot = first; slot <= last; slot++) {
    const end = Math.min(to, into.first + (slot + 1) * slotMs)
    const total = end === to ? energy : Math.round((energy * (end - from)) / (to - from))
    into.milliWh[slot]! += total - done
    into.coveredMs[slot]! += end - begin
    if (known !== certainty.measured) soften(into, slot, known, end - begin)
    done = total
    begin = end
  }
}

/** Proportional to power where power is known; what power leaves over goes evenly to where it is not. */
function addShaped(into: SlotEnergy, steps: Steps, i: number, weights: Weights): void {
  const from = steps.from[i]!
  const to = steps.to[i]!
  const energy = steps.milliWh[i]!
  const known = steps.certainty[i]!
  let sum = 0
  let done = 0
  const start = slotFloor(from)
  for (let k = 0; k < weights.parts.length; k++) {
    const begin = Math.max(from, start + k * slotMs)
    const end = Math.min(to, start + (k + 1) * slotMs)
    sum += weights.parts[k]!
    const total = end === to ? energy : Math.round((energy * sum) / weights.sum)
    const slot = Math.round((start - into.first) / slotMs) + k
    if (slot >= 0 && slot < into.length) {
      into.milliWh[slot]! += total - done
      into.coveredMs[slot]! += end - begin
      // The counter gives the total and power gives the shape: nothing about it is guessed.
      if (known !== certainty.spread || !weights.known[k]) soften(into, slot, known, end - begin)
    }
    done = total
  }
}

interface Weights {
  readonly parts: Float64Array
  readonly sum: number
  /** 1 where power says how much. */
  readonly known: Uint8Array
}

/** Share of a slot that power must cover to shape it. */
const shapingCover = 0.5

function shapeWeights(from: Instant, to: Instant, energy: number, shape: SlotEnergy): Weights | null {
  const start = slotFloor(from)
  const count = Math.ceil((to - start) / slotMs)
  const offset = Math.round((start - shape.first) / slotMs)
  if (offset < 0 || offset + count > shape.length) return null
  const parts = new Float64Array(count)
  const known = new Uint8Array(count)
  let shaped = 0
  let openMs = 0
  const lengthOf = (k: number) => Math.min(to, start + (k + 1) * slotMs) - Math.max(from, start + k * slotMs)
  for (let k = 0; k < count; k++) {
    const covered = shape.coveredMs[offset + k]!
    if (covered < shapingCover * slotMs) openMs += lengthOf(k)
    else {
      known[k] = 1
      parts[k] = (shape.milliWh[offset + k]! / covered) * lengthOf(k)
      shaped += parts[k]!
    }
  }
  const rest = Math.max(0, energy - shaped)
  for (let k = 0; k < count; k++) if (!known[k]) parts[k] = (rest * lengthOf(k)) / openMs
  const sum = shaped + (openMs > 0 ? rest : 0)
  return sum > 0 && shaped > 0 ? { parts, sum, known } : null
}
