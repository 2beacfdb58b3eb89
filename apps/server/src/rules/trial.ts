import type { Instant, Rule } from '@ohmstead/model'
import type { Said } from './edges.ts'
import { Lane, type LaneOptions } from './lane.ts'

/** Things that a trial tells one by one; beyond, they are only counted. */
const mostTold = 10_000
/** Steps of the clock: a trial may tell how far it is after each. */
const steps = 100
/** It tells no more often than that, ms of work. */
const tellEveryMs = 50

/** What a rule would have done, told as it is found out. `rule` counts from 0 among those that are tried. */
export type Told =
  | ({ readonly type: 'said'; readonly rule: number } & Pick<
      Said,
      'kind' | 'key' | 'device' | 'time' | 'row'
    >)
  | { readonly type: 'progress'; readonly rule: number; readonly through: Instant }
  | {
      readonly type: 'done'
      readonly rule: number
      readonly sentence: string
      readonly readings: number
      readonly raised: number
      readonly cleared: number
      readonly events: number
      /** Keys that are open at the end. */
      readonly open: string[]
      /** Why it was stopped, or null. */
      readonly stopped: string | null
      readonly tookMs: number
    }

/**
 * Runs rules over a period, one after the other, at full speed. Nothing is stored and nobody is told.
 * @param stopwatch ms since any moment; never goes back
 */
export async function* trial(
  rules: readonly Omit<LaneOptions, 'open'>[],
  stopwatch: () => number = () => performance.now(),
): AsyncGenerator<Told> {
  for (const [at, options] of rules.entries()) yield* one(at, options, stopwatch)
}

async function* one(
  rule: number,
  options: Omit<LaneOptions, 'open'>,
  stopwatch: () => number,
): AsyncGenerator<Told> {
  const start = stopwatch()
  let toldAt = start
  const lane = new Lane(options)
  const { from, end, compiled } = options
  const counts = { raised: 0, cleared: 0, event: 0 }
  let told = 0
  for (let step = 1; step <= steps && lane.run.stopped === null; step++) {
    const through = from + Math.round(((end - from) * step) / steps)
    for (const { kind, key, device, time, row } of await lane.advanceTo(through)) {
      counts[kind]++
      if (told++ < mostTold) yield { type: 'said', rule, kind, key, device, time, row }
    }
    if (step < steps && stopwatch() - toldAt < tellEveryMs) continue
    toldAt = stopwatch()
    yield { type: 'progress', rule, through }
  }
  yield {
    ...{ type: 'done', rule, sentence: compiled.sentence },
    readings: lane.run.readings,
    ...{ raised: counts.raised, cleared: counts.cleared, events: counts.event },
    open: [...lane.edges.open.keys()],
    stopped: lane.run.stopped,
    tookMs: Math.round(stopwatch() - start),
  }
}

/** A rule that is not run as it is in a registry, for trials and replays; rows that it would store are told as events. */
export function unsaved(
  site: string,
  id: string,
  { definition, actions: wanted }: Pick<Rule, 'definition' | 'actions'>,
): Rule {
  const actions: Rule['actions'] = wanted.map(action =>
    action.kind === 'store' ? { kind: 'event' } : action,
  )
  return { id, site, name: id, enabled: true, definition, actions, version: 1, changedAt: 0 }
}
