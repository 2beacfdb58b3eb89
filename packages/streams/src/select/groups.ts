import * as Types from '../engine/types.ts'
import { RuleFault } from '../errors.ts'
import { compile } from '../expressions/compile.ts'
import type { Extensions, Fn, Scope, Source } from '../expressions/scope.ts'
import type { Expr, GroupItem } from '../language/ast.ts'
import { canonical } from './classify.ts'

/** A value that rows are grouped by. */
export interface Key {
  readonly expr: Expr
  readonly fn: Fn
  readonly type: Types.Type
}

/**
 * `group by`, with rollup, cube and grouping sets.
 * @returns all keys, and which of them each level groups by
 */
export function compileGroups(
  items: readonly GroupItem[],
  scope: Scope,
): { keys: Key[]; levels: number[][]; rolled: boolean } {
  const keys: Key[] = []
  const place = (expr: Expr): number => {
    const text = canonical(expr, scope.levels[0])
    const known = keys.findIndex(key => canonical(key.expr, scope.levels[0]) === text)
    if (known >= 0) return known
    const { fn, type } = compile(expr, scope)
    keys.push({ expr, fn, type })
    return keys.length - 1
  }
  let levels: number[][] = [[]]
  let rolled = false
  for (const item of items) {
    if (item.kind !== 'expr' && item.kind !== 'together') rolled = true
    const sets = setsOf(item, place)
    levels = levels.flatMap(level => sets.map(set => [...level, ...set]))
  }
  return { keys, levels: keys.length === 0 ? [] : levels, rolled }
}

function setsOf(item: GroupItem | Expr[], place: (expr: Expr) => number): number[][] {
  if (Array.isArray(item)) return [item.map(place)]
  switch (item.kind) {
    case 'expr':
      return [[place(item.expr)]]
    case 'together':
      return [item.items.map(place)]
    case 'rollup': {
      const parts = item.items.map(set => set.map(place))
      return Array.from({ length: parts.length + 1 }, (_, i) => parts.slice(0, parts.length - i).flat())
    }
    case 'cube': {
      const parts = item.items.map(set => set.map(place))
      const all = Array.from({ length: 2 ** parts.length }, (_, mask) =>
        parts.filter((_part, i) => !(mask & (1 << (parts.length - 1 - i)))).flat(),
      )
      return all.sort((a, b) => b.length - a.length)
    }
    default:
      return item.items.flatMap(set => setsOf(set, place))
  }
}

/** In a rollup a key reads null where it is rolled up; `grouping` and `grouping_id` tell which those are. */
export function withKeys(
  ext: Extensions,
  keys: readonly Key[],
  levels: readonly (readonly number[])[],
  sources: readonly Source[],
): Extensions {
  const places = new Map(keys.map((key, i) => [canonical(key.expr, sources), i]))
  return {
    ...ext,
    call(expr, scope) {
      const name = expr.name.toLowerCase()
      if (name !== 'grouping' && name !== 'grouping_id') return ext.call?.(expr, scope)
      const asked = expr.args.map(({ value }) => value && places.get(canonical(value, sources)))
      if (asked.length === 0 || asked.includes(undefined) || (name === 'grouping' && asked.length > 1))
        throw new RuleFault(`${name}() takes ${name === 'grouping' ? 'a key' : 'keys'} of group by`, expr.at)
      return {
        fn: (_, cx) =>
          asked.reduce<number>((id, key) => id * 2 + (levels[cx.level].includes(key!) ? 0 : 1), 0),
        type: Types.integer,
      }
    },
    replace(expr) {
      if (expr.kind === 'literal') return undefined
      const place = places.get(canonical(expr, sources))
      return place === undefined
        ? undefined
        : { fn: (_, cx) => cx.keys[place] ?? null, type: keys[place].type }
    },
  }
}
