import { type Position, RuleFault } from '../errors.ts'
import type { UserFunction } from '../expressions/scope.ts'
import type { Argument, Expr } from '../language/ast.ts'
import { hint } from '../nearest.ts'
import type { EventType } from './event.ts'
import type { FilterPlan } from './filters.ts'
import type * as Types from './types.ts'

/** `create variable` */
export interface VariableInfo {
  readonly name: string
  readonly type: Types.Type
  readonly constant: boolean
  readonly context: string | undefined
}

/** An aggregate that is a column: `total sum(double)`. */
export interface AggregateColumn {
  readonly name: string
  /** What stands in its parentheses: a type, or what is sorted by. */
  readonly args: readonly Argument[]
}

/** `create table` */
export interface TableInfo {
  readonly name: string
  readonly type: EventType
  readonly keys: readonly number[]
  /** Columns that aggregate, by their place. */
  readonly aggregates: ReadonlyMap<number, AggregateColumn>
  readonly context: string | undefined
}

/** `create window` */
export interface WindowInfo {
  readonly name: string
  readonly type: EventType
  readonly context: string | undefined
}

/** Names that rules may use, and what they mean. */
export interface Catalog {
  readonly zone: string
  type(name: string): EventType | undefined
  /** Names of all streams, windows and tables. */
  streams(): readonly string[]
  declareType(type: EventType): void
  window(name: string): WindowInfo | undefined
  table(name: string): TableInfo | undefined
  variable(name: string): VariableInfo | undefined
  constantOf(name: string): { value: unknown } | undefined
  /** Of a variable, as it is now. */
  valueOf(name: string): unknown
  context(name: string): ContextInfo | undefined
  expression(name: string): { params: string[]; body: Expr } | undefined
  function(name: string): UserFunction | undefined
}

/** `create context` */
export interface ContextInfo {
  readonly name: string
  /** Properties `context.x` and their types; of nested contexts also `context.level.x`. */
  readonly properties: ReadonlyMap<string, Types.Type>
  /** A filter with what the context asks of events of this type. */
  restrict(type: EventType, plan: FilterPlan): FilterPlan
}

/** @throws RuleFault for an unknown window or table, with the names that there are */
export function unknownTarget(name: string, catalog: Catalog, at?: Position): RuleFault {
  const known = catalog.streams().filter(one => catalog.window(one) ?? catalog.table(one))
  return new RuleFault(`there is no window or table '${name}'${hint(name, known)}`, at, known)
}

/** @throws RuleFault when there is no such stream, window or table */
export function requireType(name: string, catalog: Catalog, at?: Position): EventType {
  const type = catalog.type(name) ?? catalog.window(name)?.type ?? catalog.table(name)?.type
  if (type) return type
  const known = catalog.streams()
  throw new RuleFault(`there is no stream '${name}'${hint(name, known)}`, at, known)
}
