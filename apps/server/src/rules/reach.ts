import type { Statement } from '@ohmstead/streams'
import { nodesOf, type Tree } from './tree.ts'

const unitMs: Readonly<Record<string, number>> = {
  year: 366 * 86_400_000,
  month: 31 * 86_400_000,
  week: 604_800_000,
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
  microsecond: 0.001,
}

/** Windows that hold a time and nothing older. */
const timed = new Set([
  'time',
  'time_batch',
  'ext_timed',
  'ext_timed_batch',
  'timed',
  'time_order',
  'time_accum',
])
const aggregates = new Set([
  'avg', 'sum', 'count', 'min', 'max', 'median', 'stddev', 'avedev', 'rate', 'percentile', 'first', 'last', 'window',
  'nth', 'countever', 'firstever', 'lastever', 'maxever', 'minever', 'maxby', 'minby', 'sorted', 'prev', 'prior',
]) // biome-ignore format: a list

/** How far back a rule remembers, ms, and whether that is all. */
export interface Reach {
  readonly memoryMs: number
  readonly bounded: boolean
}

const longestMemoryMs = 400 * 86_400_000

/** Of rules that feed one another: what the last says may follow from what the first heard that long ago. */
export function joinedReach(reaches: readonly Reach[]): Reach {
  const memoryMs = reaches.reduce((sum, reach) => sum + reach.memoryMs, 0)
  return { memoryMs: Math.min(memoryMs, longestMemoryMs), bounded: reaches.every(({ bounded }) => bounded) }
}

/**
 * How far back the state of a rule reaches that tells nobody, from the times in its text; `bounded` is false when it may hold
 * something from before, such as the last of a number of events.
 */
export function reachOf(statements: readonly Statement[]): Reach {
  let sum = 0
  let bounded = true
  for (const node of nodesOf(statements)) {
    if (node.kind === 'period') sum += periodMs(node)
    if (Array.isArray(node.views)) {
      for (const view of node.views as Tree[]) {
        sum += secondsOf(view) * 1000
        bounded &&= timed.has(String(view.name).toLowerCase())
      }
      if (node.views.length === 0 && (node.source as Tree | undefined)?.kind !== 'pattern')
        bounded &&= !statements.some(hasAggregate)
    }
    if (node.kind === 'createTable' || node.kind === 'createWindow' || node.kind === 'createVariable')
      bounded = false
    if (node.recognize !== undefined) bounded = false
    if (node.kind === 'followed' && !nodesOf(node).some(({ kind }) => kind === 'period')) bounded = false
  }
  const hour = 3_600_000
  return { memoryMs: Math.min(2 * sum + hour, longestMemoryMs), bounded }
}

function hasAggregate(statement: Statement): boolean {
  return nodesOf(statement).some(
    node => node.kind === 'call' && aggregates.has(String(node.name).toLowerCase()),
  )
}

function periodMs(node: Tree): number {
  return (node.parts as { amount: Tree; unit: string }[]).reduce(
    (sum, { amount, unit }) => sum + Number(amount.kind === 'literal' ? amount.value : 0) * unitMs[unit],
    0,
  )
}

/** `#time(30)` counts seconds. */
function secondsOf(view: Tree): number {
  const [first] = view.args as { value?: Tree }[]
  return timed.has(String(view.name).toLowerCase()) && first?.value?.kind === 'literal'
    ? Number(first.value.value)
    : 0
}
