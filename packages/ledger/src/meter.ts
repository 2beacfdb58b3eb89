import { type Instant, type Quality, qualities, type SlotSource, slotMs, slotSources } from '@ohmstead/model'
import type { Range, Samples } from './columns.ts'
import type { Steps } from './counters.ts'
import type { MeterEdits } from './edits.ts'
import type { Judgements } from './judgements.ts'
import { powerEnergy } from './power.ts'
import { addSteps, isSpread, longestShapedMs, type SlotEnergy, slotEnergy } from './slotEnergy.ts'
import type { Candidate, Direction } from './sources.ts'

/** One series with enough samples around a range that every verdict in it is final. */
export interface LoadedSeries {
  readonly samples: Samples
  /** Whether nothing comes before the first sample, and nothing after the last. */
  readonly isStart: boolean
  readonly isEnd: boolean
}

export interface LoadedCandidate {
  readonly candidate: Candidate
  readonly loaded: readonly LoadedSeries[]
}

/** Consecutive slots of a meter, as columns. Energies are whole mWh; NaN is unknown. */
export interface SlotColumns {
  readonly first: Instant
  readonly length: number
  readonly importMilliWh: Float64Array
  readonly exportMilliWh: Float64Array
  /** How much of each slot is known, ms. */
  readonly coveredMs: Uint32Array
  /** Indices into the model's `qualities` and `slotSources`. */
  readonly quality: Uint8Array
  readonly source: Uint8Array
  /** Readings of energy in each slot. */
  readonly samples: Uint32Array
}

export function slotColumns(first: Instant, length: number): SlotColumns {
  return {
    first,
    length,
    importMilliWh: new Float64Array(length).fill(Number.NaN),
    exportMilliWh: new Float64Array(length).fill(Number.NaN),
    coveredMs: new Uint32Array(length),
    quality: new Uint8Array(length).fill(qualityIndex.missing),
    source: new Uint8Array(length),
    samples: new Uint32Array(length),
  }
}

const indexOf = <T extends string>(names: readonly T[]) =>
  Object.fromEntries(names.map((name, i) => [name, i])) as Record<T, number>
export const qualityIndex: Readonly<Record<Quality, number>> = indexOf(qualities)
export const sourceIndex: Readonly<Record<SlotSource, number>> = indexOf(slotSources)

/** What one candidate says, in the directions that it knows. */
interface Account {
  readonly candidate: Candidate
  readonly import: SlotEnergy | null
  readonly export: SlotEnergy | null
}

export interface MeterContext {
  readonly edits: MeterEdits
  readonly judgements: Judgements
}

/**
 * The slots of one meter: a pure function of its readings, the edits and the rules.
 * @param range whole slots
 * @param shapeRange where power is loaded: long steps that touch `range` lie inside it
 */
export function meterSlots(
  inputs: readonly LoadedCandidate[],
  context: MeterContext,
  range: Range,
  shapeRange: Range = range,
): SlotColumns {
  const out = slotColumns(range.from, Math.round((range.to - range.from) / slotMs))
  const powers = inputs
    .filter(input => input.candidate.kind === 'power')
    .map(input => powerAccount(input, context, shapeRange))
  const shape = { import: shapeOf(powers, 'import'), export: shapeOf(powers, 'export') }
  const accounts = inputs.map(input =>
    input.candidate.kind === 'power'
      ? narrowed(powers.find(power => power.candidate === input.candidate)!, range)
      : stepAccount(input, context, range, shape),
  )
  combine(accounts, out)
  for (const { loaded } of inputs) for (const { samples } of loaded) countSamples(samples, out)
  applyEnergyEdits(context.edits, shape, out)
  return out
}

type Shape = Record<Direction, SlotEnergy | null>

function shapeOf(powers: readonly Account[], direction: Direction): SlotEnergy | null {
  return powers.find(power => power[direction])?.[direction] ?? null
}

function powerAccount(
  { candidate, loaded }: LoadedCandidate,
  { judgements }: MeterContext,
  range: Range,
): Account {
  const sign = candidate.direction === 'export' ? -1 : 1
  const parts = loaded.map(one => ({
    ...powerEnergy(judgements.power(one, candidate), range, sign),
    one,
  }))
  const sides = (['import', 'export'] as const).map(direction => {
    if (candidate.direction !== 'both' && candidate.direction !== direction) return null
    return summed(
      parts.map(part => (direction === 'import' ? part.imports : part.exports)),
      loaded,
    )
  })
  return { candidate, import: sides[0]!, export: sides[1]! }
}

function stepAccount(
  { candidate, loaded }: LoadedCandidate,
  context: MeterContext,
  range: Range,
  shape: Shape,
): Account {
  const side = (direction: Direction): SlotEnergy | null => {
    if (candidate.direction !== 'both' && candidate.direction !== direction) return null
    const parts = loaded.map(one => {
      const into = slotEnergy(range)
      addSteps(into, context.judgements.of(one, candidate, direction).steps, shape[direction])
      return into
    })
    return summed(parts, loaded)
  }
  return { candidate, import: side('import'), export: side('export') }
}

/** Members of one quantity together. One that has not begun or has ended is not waited for. */
function summed(parts: readonly SlotEnergy[], loaded: readonly LoadedSeries[]): SlotEnergy {
  if (parts.length === 1) return parts[0]!
  const sum = slotEnergy({ from: parts[0]!.first, to: parts[0]!.first + parts[0]!.length * slotMs })
  for (let k = 0; k < sum.length; k++) {
    const start = sum.first + k * slotMs
    let expected = 0
    parts.forEach((part, i) => {
      if (!isAlive(loaded[i]!, start)) return
      expected++
      sum.milliWh[k]! += part.milliWh[k]!
      sum.coveredMs[k]! += part.coveredMs[k]!
      sum.spreadMs[k]! += part.spreadMs[k]!
      sum.guessedMs[k]! += part.guessedMs[k]!
      sum.editedMs[k]! += part.editedMs[k]!
    })
    if (expected > 1)
      for (const column of ['coveredMs', 'spreadMs', 'guessedMs', 'editedMs'] as const)
        sum[column][k]! /= expected
  }
  return sum
}

function isAlive({ samples: { times }, isStart, isEnd }: LoadedSeries, slot: Instant): boolean {
  if (times.length === 0) return false
  const begun = !isStart || times[0]! < slot + slotMs
  const over = isEnd && times.at(-1)! <= slot
  return begun && !over
}

/** Power that was integrated over a longer range, cut to `range`. */
function narrowed(account: Account, range: Range): Account {
  const cut = (energy: SlotEnergy | null): SlotEnergy | null => {
    if (!energy) return null
    const skip = Math.round((range.from - energy.first) / slotMs)
    const length = Math.round((range.to - range.from) / slotMs)
    if (skip === 0 && length === energy.length) return energy
    const column = (values: Float64Array) => values.subarray(skip, skip + length)
    return {
      first: range.from,
      length,
      milliWh: column(energy.milliWh),
      coveredMs: column(energy.coveredMs),
      spreadMs: column(energy.spreadMs),
      guessedMs: column(energy.guessedMs),
      editedMs: column(energy.editedMs),
    }
  }
  return { candidate: account.candidate, import: cut(account.import), export: cut(account.export) }
}

/** A better source is taken unless it knows clearly less of the slot. */
const clearlyLess = 0.9

function combine(accounts: readonly Account[], out: SlotColumns): void {
  for (let k = 0; k < out.length; k++) {
    const imports = best(accounts, 'import', k)
    const exports = best(accounts, 'export', k)
    if (imports) out.importMilliWh[k] = imports.import!.milliWh[k]!
    if (exports) out.exportMilliWh[k] = exports.export!.milliWh[k]!
    const main = imports ?? exports
    if (!main) continue
    const energy = (imports ? main.import : main.export)!
    out.coveredMs[k] = Math.round(energy.coveredMs[k]!)
    out.quality[k] = qualityOf(energy, k)
    out.source[k] = sourceIndex[main.candidate.kind]
  }
}

function best(accounts: readonly Account[], direction: Direction, k: number): Account | null {
  let most = 0
  for (const account of accounts) {
    const covered = account[direction]?.coveredMs[k] ?? 0
    if (covered > most) most = covered
  }
  if (most === 0) return null
  for (const account of accounts) {
    if ((account[direction]?.coveredMs[k] ?? 0) >= clearlyLess * most) return account
  }
  return null
}

/** Share of a slot from which on its quality is named after what is not measured. */
const tellingShare = 0.1

function qualityOf(energy: SlotEnergy, k: number): number {
  const telling = tellingShare * slotMs
  const edited = energy.editedMs[k]!
  const guessed = energy.guessedMs[k]!
  if (edited >= telling) return qualityIndex.edited
  if (guessed >= telling) return qualityIndex.estimated
  if (edited + guessed + energy.spreadMs[k]! >= telling) return qualityIndex.interpolated
  return qualityIndex.measured
}

function countSamples({ times }: Samples, out: SlotColumns): void {
  const end = out.first + out.length * slotMs
  for (let i = 0; i < times.length; i++) {
    const time = times[i]!
    if (time >= out.first && time < end) out.samples[Math.floor((time - out.first) / slotMs)]!++
  }
}

/** Energies that a person gave for a range take the place of what readings say. */
function applyEnergyEdits(edits: MeterEdits, shape: Shape, out: SlotColumns): void {
  const end = out.first + out.length * slotMs
  for (const edit of edits.energies) {
    if (edit.to <= out.first || edit.from >= end) continue
    for (const direction of ['import', 'export'] as const) {
      const steps = edit[direction]
      if (!steps) continue
      const given = slotEnergy({ from: out.first, to: end })
      addSteps(given, steps, shape[direction])
      const column = direction === 'import' ? out.importMilliWh : out.exportMilliWh
      for (let k = 0; k < out.length; k++) {
        if (given.coveredMs[k] === 0) continue
        column[k] = given.milliWh[k]!
        out.coveredMs[k] = slotMs
        out.quality[k] = qualityIndex.edited
        out.source[k] = sourceIndex.edit
      }
    }
  }
}

/** How far the steps that touch `range` and need a shape reach beyond it. */
export function shapedReach(steps: readonly Steps[], range: Range): Range {
  let { from, to } = range
  for (const one of steps) {
    for (let i = 0; i < one.length; i++) {
      if (one.to[i]! <= range.from || one.from[i]! >= range.to || !isSpread(one, i)) continue
      if (one.to[i]! - one.from[i]! > longestShapedMs) continue
      from = Math.min(from, one.from[i]!)
      to = Math.max(to, one.to[i]!)
    }
  }
  return { from, to }
}
