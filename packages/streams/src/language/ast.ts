import type { Position } from '../errors.ts'

/** The tree of a parsed module. Plain data; what names mean is decided by the compiler. */

interface Node {
  readonly at?: Position
}

export type Expr =
  | (Node & { kind: 'literal'; value: number | string | boolean | null; integer?: boolean })
  /** With `dynamic` it may not exist: then it is null. */
  | (Node & { kind: 'name'; name: string; dynamic?: boolean })
  | (Node & { kind: 'member'; of: Expr; name: string; dynamic?: boolean })
  | (Node & { kind: 'index'; of: Expr; by: Expr[] })
  /** With `dynamic` it is a property by a key, `p('key')?`, that may not exist. */
  | (Node & { kind: 'call'; name: string; args: Argument[]; distinct?: boolean; dynamic?: boolean })
  | (Node & { kind: 'method'; of: Expr; name: string; args: Argument[]; dynamic?: boolean })
  | (Node & { kind: 'unary'; op: '-' | 'not'; of: Expr })
  | (Node & { kind: 'binary'; op: BinaryOp; left: Expr; right: Expr })
  | (Node & { kind: 'between'; of: Expr; low: Expr; high: Expr; negated: boolean })
  | (Node & { kind: 'in'; of: Expr; list: Expr[]; negated: boolean })
  | (Node & { kind: 'inRange'; of: Expr; low: Expr; high: Expr; open: [boolean, boolean]; negated: boolean })
  | (Node & { kind: 'inQuery'; of: Expr; query: Select; negated: boolean })
  | (Node & {
      kind: 'like'
      of: Expr
      pattern: Expr
      escape?: Expr
      negated: boolean
      regexp: boolean
    })
  | (Node & { kind: 'isNull'; of: Expr; negated: boolean })
  | (Node & { kind: 'case'; of?: Expr; when: { if: Expr; result: Expr }[]; else?: Expr })
  | (Node & { kind: 'cast'; of: Expr; type: string; array?: boolean; format?: Expr })
  | (Node & { kind: 'exists'; query: Select })
  /** `many`: all its rows are wanted, not the only one. */
  | (Node & { kind: 'query'; query: Select; many?: boolean })
  | (Node & {
      kind: 'quantified'
      op: BinaryOp
      quantor: 'all' | 'any'
      of: Expr
      list?: Expr[]
      query?: Select
    })
  | (Node & { kind: 'array'; items: Expr[] })
  | (Node & { kind: 'record'; fields: { name: string; value: Expr }[] })
  | (Node & { kind: 'period'; parts: PeriodPart[] })
  | (Node & { kind: 'lambda'; params: string[]; body: Expr })

export type BinaryOp =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '||'
  | '='
  | '!='
  | '<'
  | '>'
  | '<='
  | '>='
  | 'is'
  | 'is not'
  | 'and'
  | 'or'
  | '&'
  | '|'
  | '^'

/** `star` is `*` or `alias.*`. */
export interface Argument {
  readonly name?: string
  readonly value?: Expr
  readonly star?: string | true
  readonly order?: 'asc' | 'desc'
}

export type PeriodUnit =
  | 'year'
  | 'month'
  | 'week'
  | 'day'
  | 'hour'
  | 'minute'
  | 'second'
  | 'millisecond'
  | 'microsecond'

export interface PeriodPart {
  readonly amount: Expr
  readonly unit: PeriodUnit
}

export interface ViewSpec extends Node {
  readonly name: string
  readonly args: Argument[]
}

/** `[items]`, `[select … from items as i where …]`: the events that an event holds, in its place. */
export interface Contained extends Node {
  readonly of: Expr
  readonly alias?: string
  readonly items?: SelectItem[]
  readonly where?: Expr
}

export type SourceSpec =
  | (Node & { kind: 'type'; name: string; filter: Expr[]; contained: Contained[] })
  | (Node & { kind: 'pattern'; pattern: Pattern; flags: string[] })

export interface StreamSpec extends Node {
  readonly source: SourceSpec
  readonly views: ViewSpec[]
  readonly alias?: string
  readonly unidirectional: boolean
  readonly retain?: 'union' | 'intersection'
}

export interface JoinSpec {
  readonly type: 'inner' | 'left' | 'right' | 'full'
  /** Missing: every pair. */
  readonly on?: Expr
}

export type SelectItem =
  | (Node & { kind: 'all' })
  | (Node & { kind: 'stream'; alias: string; as?: string })
  | (Node & { kind: 'expr'; expr: Expr; as?: string })

export type StreamSelector = 'istream' | 'rstream' | 'irstream'

export interface InsertInto extends Node {
  readonly target: string
  readonly columns?: string[]
  readonly stream?: StreamSelector
}

export interface OrderItem {
  readonly expr: Expr
  readonly descending: boolean
}

export type GroupItem =
  | { kind: 'expr'; expr: Expr }
  | { kind: 'together'; items: Expr[] }
  | { kind: 'rollup' | 'cube'; items: Expr[][] }
  | { kind: 'sets'; items: (Expr[] | GroupItem)[] }

export interface OutputSpec {
  readonly place: Position
  readonly after?: { period: Expr } | { events: Expr }
  readonly keep?: 'all' | 'first' | 'last' | 'snapshot'
  readonly every?: { period: Expr } | { events: Expr }
  readonly at?: CronSpec
  readonly when?: { condition: Expr; set: Assignment[] }
  readonly terminated?: { condition?: Expr; set: Assignment[] }
}

export interface Select extends Node {
  readonly kind: 'select'
  readonly insert?: InsertInto
  readonly intoTable?: string
  readonly selector?: StreamSelector
  readonly distinct: boolean
  readonly items: SelectItem[]
  readonly from: StreamSpec[]
  /** One less than `from`, or empty for the comma form. */
  readonly joins: JoinSpec[]
  readonly recognize?: RecognizeSpec
  readonly where?: Expr
  readonly groupBy: GroupItem[]
  readonly having?: Expr
  readonly output?: OutputSpec
  readonly orderBy: OrderItem[]
  readonly limit?: { count: Expr; offset?: Expr }
}

export interface Assignment extends Node {
  readonly target: Expr
  readonly value: Expr
}

export type CronField =
  | { kind: 'any' }
  | { kind: 'step'; step: Expr }
  | { kind: 'value'; value: Expr }
  | { kind: 'range'; low: Expr; high: Expr; step?: Expr }
  | { kind: 'list'; items: CronField[] }
  | { kind: 'last'; day?: Expr }
  | { kind: 'weekday'; day?: Expr }

/** The seventh field is a time zone. */
export interface CronSpec extends Node {
  readonly fields: CronField[]
}

export interface FilterAtom extends Node {
  readonly kind: 'filter'
  readonly tag?: string
  readonly type: string
  readonly filter: Expr[]
  readonly contained: Contained[]
  readonly consume?: number
}

export type Pattern =
  | FilterAtom
  | (Node & { kind: 'every'; of: Pattern })
  | (Node & { kind: 'everyDistinct'; keys: Expr[]; expires?: Expr; of: Pattern })
  | (Node & { kind: 'not'; of: Pattern })
  | (Node & { kind: 'and' | 'or'; of: Pattern[] })
  | (Node & { kind: 'followed'; of: Pattern[]; max: (Expr | undefined)[] })
  | (Node & { kind: 'repeat'; low?: Expr; high?: Expr; of: Pattern; until?: Pattern })
  | (Node & { kind: 'interval'; args: Argument[] })
  | (Node & { kind: 'at'; cron: CronSpec })
  | (Node & { kind: 'schedule'; name: string; args: Argument[] })
  /** `where timer:guard(args)` */
  | (Node & { kind: 'within'; guard: string; of: Pattern; args: Argument[] })
  | (Node & { kind: 'while'; of: Pattern; condition: Expr })

export type RowPattern =
  | { kind: 'var'; name: string; low: number; high: number; greedy: boolean }
  | { kind: 'sequence'; of: RowPattern[] }
  | { kind: 'alternatives'; of: RowPattern[] }
  | { kind: 'group'; of: RowPattern; low: number; high: number; greedy: boolean }
  | { kind: 'permute'; of: RowPattern[] }

export interface RecognizeSpec extends Node {
  readonly partitionBy: Expr[]
  readonly measures: { expr: Expr; as: string }[]
  readonly all: boolean
  readonly skip: 'past last row' | 'to next row' | 'to current row'
  readonly pattern: RowPattern
  readonly interval?: Expr
  readonly orTerminated: boolean
  readonly define: { name: string; condition: Expr }[]
}

export type ContextCondition =
  | { kind: 'now' }
  | { kind: 'filter'; type: string; filter: Expr[]; alias?: string; at?: Position }
  | { kind: 'pattern'; pattern: Pattern; inclusive: boolean; now: boolean; at?: Position }
  | { kind: 'cron'; cron: CronSpec; now: boolean }
  | { kind: 'after'; period: Expr; now: boolean }

export interface PartitionSource extends Node {
  readonly keys: Expr[]
  readonly type: string
  readonly filter: Expr[]
  readonly alias?: string
}

export type ContextSpec = Node &
  (
    | {
        kind: 'partition'
        sources: PartitionSource[]
        initiated: ContextCondition[]
        terminated?: ContextCondition
      }
    | {
        kind: 'hash'
        sources: { fn: string; args: Expr[]; type: string; filter: Expr[] }[]
        granularity: number
      }
    | { kind: 'category'; labels: { expr: Expr; label: string }[]; type: string; filter: Expr[] }
    | {
        kind: 'interval'
        overlapping: boolean
        distinct: Expr[]
        start: ContextCondition
        end?: ContextCondition
      }
    | { kind: 'nested'; contexts: { name: string; spec: ContextSpec }[] }
  )

export interface ColumnSpec extends Node {
  readonly name: string
  readonly type: string
  readonly array: boolean
  readonly primaryKey: boolean
  /** `@type(Power)`: what events an aggregate column holds. */
  readonly holds?: string
  /** An aggregate column of a table: `sum(double)`. */
  readonly aggregate?: { name: string; args: Argument[]; distinct: boolean }
}

export type MergeAction = Node &
  (
    | { kind: 'insert'; into?: string; columns?: string[]; items: SelectItem[]; where?: Expr }
    | { kind: 'update'; set: Assignment[]; where?: Expr }
    | { kind: 'delete'; where?: Expr }
  )

export interface MergeBranch extends Node {
  readonly matched: boolean
  readonly condition?: Expr
  readonly actions: MergeAction[]
}

export interface SplitBranch {
  readonly insert: InsertInto
  readonly items: SelectItem[]
  /** `from [items]`: of what the event holds, instead of the event. */
  readonly contained: Contained[]
  readonly where?: Expr
}

export type OnAction = Node &
  (
    | { kind: 'select'; select: Select; remove: boolean }
    | { kind: 'delete'; from: string; alias?: string; where?: Expr }
    | { kind: 'update'; window: string; alias?: string; set: Assignment[]; where?: Expr }
    | { kind: 'merge'; window: string; alias?: string; where?: Expr; branches: MergeBranch[] }
    | { kind: 'set'; set: Assignment[] }
    | { kind: 'split'; branches: SplitBranch[]; all: boolean }
  )

export type Body =
  | Select
  | (Node & {
      kind: 'createWindow'
      name: string
      views: ViewSpec[]
      retain?: 'union' | 'intersection'
      columns?: ColumnSpec[]
      from?: string
      items?: SelectItem[]
      insert: boolean
      where?: Expr
    })
  | (Node & { kind: 'createTable'; name: string; columns: ColumnSpec[] })
  | (Node & { kind: 'createContext'; name: string; spec: ContextSpec })
  | (Node & {
      kind: 'createVariable'
      name: string
      type: string
      array: boolean
      constant: boolean
      value?: Expr
    })
  | (Node & {
      kind: 'createSchema'
      name: string
      columns: ColumnSpec[]
      copy: string[]
      /** The types whose streams it belongs to, too. */
      inherits: string[]
      variant: boolean
      /** Columns that say when an event starts and ends. */
      start?: string
      end?: string
    })
  | (Node & { kind: 'createIndex' })
  | (Node & { kind: 'createExpression'; name: string; params: string[]; body: Expr })
  | (Node & { kind: 'on'; trigger: StreamSpec; action: OnAction })
  | (Node & { kind: 'updateStream'; type: string; alias?: string; set: Assignment[]; where?: Expr })

export interface Statement {
  readonly name?: string
  readonly annotations: { name: string; value?: string | number }[]
  readonly context?: string
  /** Expressions that are declared for this statement alone. */
  readonly expressions: (Node & { kind: 'createExpression'; name: string; params: string[]; body: Expr })[]
  readonly body: Body
  readonly at: Position
  /** The statement as it was written. */
  readonly text: string
}
