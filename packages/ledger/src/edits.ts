import { type Instant, InvalidInput, slotMs } from '@ohmstead/model'
import type { Range, Samples } from './columns.ts'
import { noSamples } from './columns.ts'
import { certainty, StepColumns, type Steps } from './counters.ts'
import type { Replacement } from './rules.ts'
import type { Direction } from './sources.ts'

/** Wh in each direction, where it is known. */
export interface PerDirection {
  readonly importWh?: number | null
  readonly exportWh?: number | null
}

/** What a person says about a meter. Readings are never changed: an edit lies over them and can be taken away again. */
export type EditBody =
  /** Readings in [from, to) do not count. */
  | { readonly kind: 'exclude'; readonly from: Instant; readonly to: Instant }
  /** Another meter since `at`; what the old one showed last and the new one first, where somebody read them. */
  | {
      readonly kind: 'replaced'
      readonly at: Instant
      readonly final?: PerDirection
      readonly initial?: PerDirection
    }
  /** The counter showed this at `at`. */
  | ({ readonly kind: 'counter'; readonly at: Instant } & PerDirection)
  /** This much energy in [from, to), whole slots. */
  | ({ readonly kind: 'energy'; readonly from: Instant; readonly to: Instant } & PerDirection)

export interface NewEdit {
  readonly site: string
  readonly device: string
  readonly body: EditBody
  /** Why; free text. */
  readonly note?: string
}

export interface Edit extends NewEdit {
  readonly id: number
  readonly who: string
  readonly time: Instant
  readonly undone: { readonly who: string; readonly time: Instant } | null
}

/** The edits of one meter, ready for use. */
export interface MeterEdits {
  readonly excluded: readonly Range[]
  isExcluded(time: Instant): boolean
  readonly replacements: Readonly<Record<Direction, readonly Replacement[]>>
  readonly counterValues: Readonly<Record<Direction, Samples>>
  /** In the order they were made; a later one wins. */
  readonly energies: readonly (Range & Readonly<Record<Direction, Steps | null>>)[]
}

const field = { import: 'importWh', export: 'exportWh' } as const
const milli = (wh: number | null | undefined) =>
  wh === null || wh === undefined ? null : Math.round(wh * 1000)
const maxWh = 1e12
const longestEditMs = 400 * 86_400_000

/** @param bodies in the order they were made */
export function meterEdits(bodies: readonly EditBody[]): MeterEdits {
  const excluded = bodies.filter(body => body.kind === 'exclude')
  return {
    excluded,
    isExcluded: time => excluded.some(range => time >= range.from && time < range.to),
    replacements: { import: replacements(bodies, 'import'), export: replacements(bodies, 'export') },
    counterValues: { import: counterValues(bodies, 'import'), export: counterValues(bodies, 'export') },
    energies: bodies.filter(body => body.kind === 'energy').map(givenEnergy),
  }
}

export const noEdits: MeterEdits = meterEdits([])

function replacements(bodies: readonly EditBody[], direction: Direction): Replacement[] {
  return bodies
    .filter(body => body.kind === 'replaced')
    .map(({ at, final, initial }) => ({
      at,
      finalMilliWh: milli(final?.[field[direction]]),
      initialMilliWh: milli(initial?.[field[direction]]),
    }))
    .sort((a, b) => a.at - b.at)
}

function counterValues(bodies: readonly EditBody[], direction: Direction): Samples {
  const byTime = new Map<Instant, number>()
  for (const body of bodies) {
    if (body.kind !== 'counter') continue
    const value = milli(body[field[direction]])
    if (value !== null) byTime.set(body.at, value)
  }
  if (byTime.size === 0) return noSamples
  const times = Float64Array.from(byTime.keys()).sort()
  return { times, values: times.map(time => byTime.get(time)!) }
}

function givenEnergy(body: Extract<EditBody, { kind: 'energy' }>): Range & Record<Direction, Steps | null> {
  const step = (wh: number | null | undefined): Steps | null => {
    const energy = milli(wh)
    if (energy === null) return null
    const steps = new StepColumns(1)
    steps.add(body.from, body.to, energy, certainty.edited)
    return steps.done()
  }
  return { from: body.from, to: body.to, import: step(body.importWh), export: step(body.exportWh) }
}

/** The time that an edit is about; what it changes lies around it. */
export function editRange(body: EditBody): Range {
  return 'at' in body ? { from: body.at, to: body.at } : { from: body.from, to: body.to }
}

/** @throws InvalidInput naming the field */
export function checkEdit(body: EditBody): void {
  if ('at' in body) requireTime(body.at, 'at')
  else {
    requireTime(body.from, 'from')
    requireTime(body.to, 'to')
    if (body.to <= body.from) throw new InvalidInput('to', 'expected a time after from')
    if (body.to - body.from > longestEditMs)
      throw new InvalidInput('to', 'expected at most 400 days after from')
  }
  if (body.kind === 'energy') requireSlots(body)
  if (body.kind === 'energy' || body.kind === 'counter') requireSome(body)
  if (body.kind === 'replaced') {
    requireWh(body.final ?? {}, 'final.')
    requireWh(body.initial ?? {}, 'initial.')
  }
}

function requireTime(at: Instant, name: string): void {
  if (!Number.isSafeInteger(at)) throw new InvalidInput(name, 'expected a time in whole milliseconds')
}

function requireSlots({ from, to }: Range): void {
  if (from % slotMs !== 0) throw new InvalidInput('from', 'expected a quarter of an hour')
  if (to % slotMs !== 0) throw new InvalidInput('to', 'expected a quarter of an hour')
}

function requireSome(given: PerDirection): void {
  requireWh(given, '')
  if (milli(given.importWh) === null && milli(given.exportWh) === null)
    throw new InvalidInput('importWh', 'expected importWh, exportWh or both')
}

function requireWh(given: PerDirection, path: string): void {
  for (const name of ['importWh', 'exportWh'] as const) {
    const wh = given[name]
    if (wh === null || wh === undefined) continue
    if (!(wh >= 0 && wh <= maxWh)) throw new InvalidInput(path + name, 'expected Wh, not negative')
  }
}
