import type { Cx } from '../engine/context.ts'
import type { Event } from '../engine/event.ts'
import { RuleFault } from '../errors.ts'
import { compile } from '../expressions/compile.ts'
import type { Fn, Scope, Typed } from '../expressions/scope.ts'
import type { Expr } from '../language/ast.ts'
import type { Compilation } from '../select/extensions.ts'

/** `T[key]`: a row of a table, or null. */
export function tableAccess(
  expr: Expr & { kind: 'index' },
  scope: Scope,
  { catalog }: Compilation,
): Typed | undefined {
  if (expr.of.kind !== 'name') return undefined
  const { name } = expr.of
  const info = catalog.table(name)
  if (!info) return undefined
  if (expr.by.length !== info.keys.length)
    throw new RuleFault(`table '${name}' has ${info.keys.length} keys, got ${expr.by.length}`, expr.at)
  const keys = expr.by.map(key => compile(key, scope).fn)
  const fn: Fn = (slots, cx) =>
    rowOf(
      name,
      keys.map(key => key(slots, cx)),
      cx,
    )
  return { fn, type: { kind: 'event', of: info.type } }
}

function rowOf(name: string, keys: readonly unknown[], cx: Cx): Event | null {
  return cx.runtime.table(name, cx.partition).get(keys)
}

/** `T.column` of a table without keys, or `T`, its only row. */
export function tableName(path: readonly string[], { catalog }: Compilation): Typed | undefined {
  const info = catalog.table(path[0])
  if (!info || path.length > 2) return undefined
  if (path.length === 1)
    return info.keys.length > 0
      ? undefined
      : { fn: (_, cx) => rowOf(info.name, [], cx), type: { kind: 'event', of: info.type } }
  const place = info.type.placeOf(path[1])
  if (place < 0 || info.keys.length > 0) return undefined
  return {
    fn: (_, cx) => rowOf(info.name, [], cx)?.values[place] ?? null,
    type: info.type.fields[place].type,
  }
}
