import { RuleFault } from '../errors.ts'
import type { RowPattern } from '../language/ast.ts'

/** One place of a variable in a row pattern. `next` is in order of preference; `end` is the end. */
export interface Place {
  readonly variable: string
  readonly next: readonly number[]
}

export interface Automaton {
  readonly places: readonly Place[]
  readonly first: readonly number[]
}

export const end = -1
const most = 2000

/** A state either takes a row for a variable or offers ways on, the preferred first. */
type State = { readonly variable: string; out: number } | { readonly ways: number[] }

/** A row pattern as places and what may follow them. */
export function automatonOf(pattern: RowPattern): Automaton {
  const states: State[] = []
  const add = (state: State): number => {
    if (states.length >= most) throw new RuleFault('the row pattern is too large')
    return states.push(state) - 1
  }
  const start = build(pattern, end, add, states)
  const numbers = new Map<number, number>()
  for (const [i, state] of states.entries()) if ('variable' in state) numbers.set(i, numbers.size)
  const reach = (from: number) =>
    reachable(from, states).map(state => (state === end ? end : numbers.get(state)!))
  const places = states.flatMap(state =>
    'variable' in state ? [{ variable: state.variable, next: reach(state.out) }] : [],
  )
  return { places, first: reach(start) }
}

/** Adds the states of a part that goes on to `after`. @returns where it begins */
function build(part: RowPattern, after: number, add: (state: State) => number, states: State[]): number {
  switch (part.kind) {
    case 'var':
      return repeat(follow => add({ variable: part.name, out: follow }), part, after, add, states)
    case 'group':
      return repeat(follow => build(part.of, follow, add, states), part, after, add, states)
    case 'sequence':
      return part.of.reduceRight((follow, item) => build(item, follow, add, states), after)
    case 'alternatives':
      return add({ ways: part.of.map(item => build(item, after, add, states)) })
    case 'permute':
      return add({
        ways: permutations(part.of).map(of => build({ kind: 'sequence', of }, after, add, states)),
      })
  }
}

interface Times {
  readonly low: number
  readonly high: number
  readonly greedy: boolean
}

function repeat(
  make: (after: number) => number,
  { low, high, greedy }: Times,
  after: number,
  add: (state: State) => number,
  states: State[],
): number {
  let follow = after
  if (high === Number.POSITIVE_INFINITY) {
    follow = add({ ways: [] })
    const again = make(follow)
    const { ways } = states[follow] as { ways: number[] }
    ways.push(...(greedy ? [again, after] : [after, again]))
  } else
    for (let i = low; i < high; i++) {
      const once = make(follow)
      follow = add({ ways: greedy ? [once, after] : [after, once] })
    }
  for (let i = 0; i < low; i++) follow = make(follow)
  return follow
}

/** Places (or the end) that can be next, in order of preference. */
function reachable(from: number, states: readonly State[], seen = new Set<number>()): number[] {
  if (seen.has(from)) return []
  seen.add(from)
  if (from === end) return [end]
  const state = states[from]
  return 'variable' in state ? [from] : state.ways.flatMap(way => reachable(way, states, seen))
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]]
  return items.flatMap((item, i) =>
    permutations([...items.slice(0, i), ...items.slice(i + 1)]).map(rest => [item, ...rest]),
  )
}

/** Variables that may take several rows. */
export function repeatedVariables(pattern: RowPattern): Set<string> {
  const counts = new Map<string, number>()
  const count = (part: RowPattern, times: number): void => {
    if (part.kind === 'var')
      counts.set(part.name, (counts.get(part.name) ?? 0) + Math.max(times, 1) * part.high)
    else if (part.kind === 'group') count(part.of, times * part.high)
    else if (part.kind === 'alternatives') alternatives(part.of, times)
    else for (const item of part.of) count(item, times)
  }
  const alternatives = (items: readonly RowPattern[], times: number): void => {
    const before = new Map(counts)
    const best = new Map<string, number>()
    for (const item of items) {
      counts.clear()
      count(item, times)
      for (const [name, value] of counts) best.set(name, Math.max(best.get(name) ?? 0, value))
    }
    counts.clear()
    for (const [name, value] of before) counts.set(name, value)
    for (const [name, value] of best) counts.set(name, (counts.get(name) ?? 0) + value)
  }
  count(pattern, 1)
  return new Set([...counts].filter(([, value]) => value > 1).map(([name]) => name))
}
