import {
  type CaseBasis,
  type CaseSaid,
  caseLimits,
  type Instant,
  InvalidInput,
  type RuleCase,
} from '@ohmstead/model'
import type { TimeRange } from '@ohmstead/telemetry'
import { seriesOf } from './history.ts'
import { Lane, type LaneOptions } from './lane.ts'

/** A rule, saved or not, and what it looks at. */
export type CaseLane = Omit<LaneOptions, 'from' | 'end' | 'open' | 'rows' | 'signal'>

export interface CaseResult {
  readonly id: string
  readonly name: string
  /** Null when it cannot be told, because the readings are gone. */
  readonly passed: boolean | null
  /** What the rule no longer says, and what it says besides; the first of each. */
  readonly missing: CaseSaid[]
  readonly unexpected: CaseSaid[]
  readonly note: string | null
}

/** Steps of the clock, between which it is looked whether more is said than a case can hold. */
const steps = 50
/** Differences that one result tells. */
const mostTold = 100

/**
 * What a rule says in a period, to be kept as what it has to say.
 * @throws InvalidInput when nothing is stored there, when it says too much for a case, or is stopped
 */
export async function expectedOf(
  lane: CaseLane,
  period: TimeRange,
  signal: AbortSignal,
): Promise<Pick<RuleCase, 'expected' | 'basis'>> {
  const { needs, memoryMs } = lane.compiled
  const basis: Omit<CaseBasis, 'values'> = {
    memoryMs,
    needs: needs.map(({ measurement, devices, fields }) => ({
      measurement,
      devices: devices && [...devices],
      fields: fields && [...fields],
    })),
  }
  const values = await valuesOf(lane, basis, period, signal)
  if (values === 0) throw new InvalidInput('from', 'nothing that the rule looks at is stored in this period')
  const { said, stopped } = await saidIn(lane, period, { most: caseLimits.expected, signal })
  if (said.length > caseLimits.expected)
    throw new InvalidInput(
      'from',
      `the rule says more than ${caseLimits.expected} things in this period: choose a shorter one`,
    )
  if (stopped !== null) throw new InvalidInput('from', `the rule is stopped in this period: ${stopped}`)
  return { expected: said, basis: { ...basis, values } }
}

/** Whether a rule, or a draft of it, still says in the period what it said. */
export async function runCase(one: RuleCase, lane: CaseLane, signal: AbortSignal): Promise<CaseResult> {
  const { id, name, from, to, expected, basis } = one
  const values = await valuesOf(lane, basis, { from, to }, signal)
  const gone = basis.values - values
  if (gone > 0) {
    const note = `${gone} of ${basis.values} stored values that it was made from are gone: remove it, or make it anew`
    return { id, name, passed: null, missing: [], unexpected: [], note }
  }
  const most = expected.length + mostTold
  const { said, stopped } = await saidIn(lane, { from, to }, { most, signal })
  const missing = without(expected, said)
  const unexpected = without(said, expected)
  const passed = missing.length === 0 && unexpected.length === 0 && stopped === null
  return {
    ...{ id, name, passed },
    missing: missing.slice(0, mostTold),
    unexpected: unexpected.slice(0, mostTold),
    note: stopped ?? (passed || gone === 0 ? null : sinceThen(-gone)),
  }
}

const sinceThen = (values: number) =>
  `${values} ${values === 1 ? 'value has' : 'values have'} been stored in its period since it was made`

/** Ends as soon as more than `most` things are said. */
async function saidIn(
  lane: CaseLane,
  { from, to: end }: TimeRange,
  { most, signal }: { most: number; signal: AbortSignal },
): Promise<{ said: CaseSaid[]; stopped: string | null }> {
  const running = new Lane({ ...lane, from, end, signal })
  const said: CaseSaid[] = []
  for (let step = 1; step <= steps && said.length <= most && running.run.stopped === null; step++) {
    const through: Instant = from + Math.round(((end - from) * step) / steps)
    for (const { kind, key, time } of await running.advanceTo(through)) said.push({ kind, key, time })
  }
  return { said, stopped: running.run.stopped }
}

/** Stored values that a case was, or would be, made from. */
async function valuesOf(
  { store, rule }: CaseLane,
  { needs, memoryMs }: Pick<CaseBasis, 'needs' | 'memoryMs'>,
  { from, to }: TimeRange,
  signal: AbortSignal,
): Promise<number> {
  const series = seriesOf({
    ...{ store, site: rule.site },
    needs: needs.map(({ measurement, devices, fields }) => ({
      measurement,
      devices: devices && new Set(devices),
      fields: fields && new Set(fields),
    })),
  })
  let values = 0
  if (series.length > 0)
    for await (const { times } of store.raw(series, { from: from - memoryMs, to }, { signal }))
      values += times.length
  return values
}

/** What of `all` is not among `others`; each of several alike counts. */
function without(all: readonly CaseSaid[], others: readonly CaseSaid[]): CaseSaid[] {
  const left = new Map<string, number>()
  for (const one of others) left.set(nameOf(one), (left.get(nameOf(one)) ?? 0) + 1)
  return all.filter(one => {
    const count = left.get(nameOf(one)) ?? 0
    left.set(nameOf(one), count - 1)
    return count <= 0
  })
}

const nameOf = ({ kind, key, time }: CaseSaid) => JSON.stringify([kind, key, time])
