import type { Catalog } from '../engine/catalog.ts'
import type { Cx } from '../engine/context.ts'
import type { Event, EventType, Value } from '../engine/event.ts'
import type { Type } from '../engine/types.ts'
import type { Expr } from '../language/ast.ts'

/** What each stream, tag or variable stands for while an expression is evaluated. */
export type Slots = readonly (Event | readonly Event[] | null)[]
/** A compiled expression. */
export type Fn = (slots: Slots, cx: Cx) => Value

/** A compiled expression and what it yields. */
export interface Typed {
  readonly fn: Fn
  readonly type: Type
  /** Known while compiling. */
  readonly constant?: { readonly value: Value }
  /** Of a time that lasts, such as an event's: its end, ms. */
  readonly until?: Fn
}

/** A source of properties: a stream of `from`, a tag of a pattern, a variable of `match_recognize`. */
export interface Source {
  readonly alias: string
  /** May be used as an alias too. */
  readonly typeName?: string
  readonly type: EventType
  readonly slot: number
  /** Holds a list of events. */
  readonly many?: boolean
  /** Properties may not be named without the alias. */
  readonly qualifiedOnly?: boolean
}

/** What a place in a statement lets expressions do beyond properties and functions. */
export interface Extensions {
  /** For what is evaluated once, while the statement is compiled. */
  readonly still: Cx & { readonly catalog: Catalog }
  /** `sum(x)` and the like; undefined where none are allowed. */
  aggregate?(expr: Expr & { kind: 'call' }, scope: Scope): Typed | undefined
  /** Aggregates that are methods: `maxby(x).y` is handled by the compiler; this is for whole expressions by text. */
  replace?(expr: Expr, scope: Scope): Typed | undefined
  call?(expr: Expr & { kind: 'call' }, scope: Scope): Typed | undefined
  method?(expr: Expr & { kind: 'method' }, scope: Scope): Typed | undefined
  subquery?(expr: Expr, scope: Scope): Typed | undefined
  /** Names that are no properties: variables, tables, `context`. */
  name?(path: readonly string[], expr: Expr, scope: Scope): Typed | undefined
  table?(expr: Expr & { kind: 'index' }, scope: Scope): Typed | undefined
  /** A function of the site or of TypeScript code. */
  userFunction?(name: string): UserFunction | undefined
}

/** A function in TypeScript that rules may call; it must be pure. Null arguments are passed on. */
export interface UserFunction {
  readonly name: string
  /** Types of the arguments; a missing one is not checked. */
  readonly takes: readonly Type[]
  readonly returns: Type
  readonly call: (...args: Value[]) => Value
}

/** What names mean where an expression stands. */
export interface Scope {
  /** Innermost first: a sub-query's own streams before those around it. */
  readonly levels: readonly (readonly Source[])[]
  readonly ext: Extensions
  readonly zone: string
  /** Lambda parameters in force. */
  readonly params?: ReadonlyMap<string, Typed>
  /** Where a parameter's value stands while a lambda runs. */
  readonly depth?: number
}

/** A value that is known while compiling. */
export function constant(value: Value, type: Type): Typed {
  return { fn: () => value, type, constant: { value } }
}
