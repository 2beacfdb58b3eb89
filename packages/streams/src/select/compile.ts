import { Aggregates, isAggregate, isByOrder } from '../aggregates/compile.ts'
import { type Catalog, requireType, unknownTarget } from '../engine/catalog.ts'
import { type Event, EventType, type Field } from '../engine/event.ts'
import { compileFilter } from '../engine/filterPlan.ts'
import * as Types from '../engine/types.ts'
import { RuleFault, Unsupported } from '../errors.ts'
import { compile, compileCondition } from '../expressions/compile.ts'
import type { Fn, Scope, Source, Typed } from '../expressions/scope.ts'
import { compileJoin } from '../join/compile.ts'
import type { Expr, InsertInto, Select, SelectItem, StreamSpec } from '../language/ast.ts'
import { render } from '../language/render.ts'
import { hint } from '../nearest.ts'
import { compileOutput } from '../output/compile.ts'
import { compilePattern } from '../patterns/compile.ts'
import { compileRecognize } from '../recognize/compile.ts'
import { compileWindows } from '../windows/compile.ts'
import { canonical, classOf, loose } from './classify.ts'
import { compileContained } from './contained.ts'
import { type Compilation, withAggregates, withHistory } from './extensions.ts'
import { compileGroups, withKeys } from './groups.ts'
import type { InsertPlan, IntoPlan, SelectPlan, SourcePlan, StreamPlan } from './plan.ts'
import type { RowPlan } from './rows.ts'

export interface Compiled {
  readonly plan: SelectPlan
  /** What the rows of the result are. */
  readonly type: EventType
}

/** @throws RuleFault, Unsupported */
export function compileSelect(written: Select, compilation: Compilation): Compiled {
  const { catalog } = compilation
  const select = written.intoTable === undefined ? written : inOrderOf(written, catalog)
  if (select.from.length === 0) throw new RuleFault("a select needs 'from'", select.at, ["'from'"])
  const streams = select.from.map(spec => compileStream(spec, compilation))
  const recognize =
    select.recognize && compileRecognize(select.recognize, streams[0].windows.type, compilation)
  const sources = recognize
    ? [{ alias: 'match', type: recognize.type, slot: 0 }]
    : sourcesOf(select.from, streams)
  const isKept = (slot: number) =>
    recognize !== undefined || streams[slot].windows.windowed || isNamed(streams[slot].source.kind)
  const base = withHistory(compilation.base, compilation, sources, isKept)
  const scope: Scope = { levels: [sources], ext: base, zone: catalog.zone }
  const where = select.where && compileCondition(select.where, scope)
  const sliding =
    streams.some(
      stream => stream.windows.windowed || stream.source.kind === 'window' || stream.source.kind === 'table',
    ) && !streams.some(stream => stream.unidirectional)
  const rows = compileRows(select, scope, sliding)
  const insert = select.insert && compileInsert(select.insert, rows.type, catalog)
  const onlyTables = streams.every(({ source }) => source.kind === 'table')
  const selector = select.selector ?? 'istream'
  const wantsOld = selector !== 'istream' || (insert !== undefined && insert.selector !== 'istream')
  const plan: SelectPlan = {
    kind: 'select',
    streams,
    join: streams.length > 1 ? compileJoin(select, streams, sources, scope) : undefined,
    where,
    rows: { ...rows, wantsOld },
    output: select.output && compileOutput(select.output, scope, compilation, onlyTables),
    parts: compilation.parts,
    priors: compilation.priors,
    selector,
    insert,
    recognize: recognize?.plan,
    into: select.intoTable === undefined ? undefined : intoPlan(select, select.intoTable, rows, catalog),
  }
  if (recognize) requireWindowless(select)
  return { plan: plan, type: rows.type }
}

const isNamed = (kind: string) => kind === 'window' || kind === 'table'

function requireWindowless(select: Select): void {
  if (select.from.length > 1) throw new RuleFault('match_recognize works on one stream', select.recognize!.at)
}

// ── streams ──────────────────────────────────────────────────────────────────────────────────

/** One stream of `from`: its source and its windows. @throws RuleFault, Unsupported */
export function compileStream(spec: StreamSpec, compilation: Compilation): StreamPlan {
  const { source, type } = compileSource(spec, compilation)
  const windows = compileWindows(spec.views, spec.retain, {
    type,
    ext: compilation.base,
    zone: compilation.catalog.zone,
  })
  return { source, windows, unidirectional: spec.unidirectional }
}

function compileSource(spec: StreamSpec, compilation: Compilation): { source: SourcePlan; type: EventType } {
  const { catalog } = compilation
  if (spec.source.kind === 'pattern') {
    const pattern = compilePattern(spec.source.pattern, spec.source.flags, compilation)
    return { source: { kind: 'pattern', pattern }, type: pattern.type }
  }
  const { name, filter, at } = spec.source
  const window = catalog.window(name)
  const table = catalog.table(name)
  if (window || table) {
    if (spec.source.contained.length > 0)
      throw new Unsupported('[ ] behind a window or table', spec.source.contained[0].at)
    const { type } = (window ?? table)!
    const scope: Scope = {
      levels: [[{ alias: spec.alias ?? name, typeName: name, type, slot: 0 }]],
      ext: compilation.base,
      zone: catalog.zone,
    }
    const conditions = filter.map(condition => compileCondition(condition, scope))
    const test: Fn | undefined =
      conditions.length === 0
        ? undefined
        : (slots, cx) => conditions.every(condition => condition(slots, cx) === true)
    return { source: { kind: window ? 'window' : 'table', name, filter: test }, type }
  }
  const type = requireType(name, catalog, at)
  const base = { ext: compilation.base, zone: catalog.zone }
  const own = compileFilter(type, filter, [], base, spec.alias)
  const held = { alias: spec.alias ?? name, typeName: name, type, slot: 0 }
  const contained = compileContained(spec.source.contained, held, compilation, itemRows)
  const restricted = compilation.context?.restrict(type, own) ?? own
  return {
    source: { kind: 'type', type, filter: restricted, contained },
    type: contained.at(-1)?.type ?? type,
  }
}

/** A select list alone, without what else a select may have. */
export const itemRows = (items: SelectItem[], scope: Scope) =>
  compileRows(
    { items, groupBy: [], having: undefined, orderBy: [], limit: undefined, distinct: false },
    scope,
    false,
  )

function sourcesOf(specs: readonly StreamSpec[], streams: readonly StreamPlan[]): Source[] {
  return specs.map((spec, slot) => {
    const typeName = spec.source.kind === 'type' ? spec.source.name : undefined
    return {
      alias: spec.alias ?? typeName ?? `stream_${slot}`,
      typeName,
      type: streams[slot].windows.type,
      slot,
    }
  })
}

// ── rows ─────────────────────────────────────────────────────────────────────────────────────

interface Column {
  readonly name: string
  readonly typed: Typed
  readonly expr?: Expr
}

type Rows = Omit<RowPlan, 'wantsOld'>

/** @param scope of the streams, with `prev` and `prior` but without aggregates */
export function compileRows(
  select: Pick<Select, 'items' | 'groupBy' | 'having' | 'orderBy' | 'limit' | 'distinct' | 'at'>,
  scope: Scope,
  sliding: boolean,
): Rows {
  const sources = scope.levels[0]
  const { keys, levels, rolled } = compileGroups(select.groupBy, scope)
  const aggregates = new Aggregates(sliding)
  const ext = withAggregates(scope.ext, aggregates, scope)
  const names = new Set(keys.map(key => canonical(key.expr, sources)))
  const full: Scope = { ...scope, ext: rolled ? withKeys(ext, keys, levels, sources) : ext }
  const columns = select.items.flatMap(item => columnsOf(item, full))
  const having = select.having && compileCondition(select.having, full)
  const orderBy = select.orderBy.map(({ expr, descending }) => ({
    fn: compile(aliased(expr, select.items, sources), full).fn,
    descending,
  }))
  const whole = isWhole(select.items, sources)
  const exprs = [
    ...select.items.flatMap(item => (item.kind === 'expr' ? [item.expr] : [])),
    ...(select.having ? [select.having] : []),
  ]
  const hasLoose =
    select.items.some(item => item.kind !== 'expr') ||
    exprs.some(expr => loose(expr, names, sources).length > 0)
  const type = whole ? sources[0].type : rowType(columns)
  return {
    queryClass: rolled ? 'groups' : classOf(aggregates.plans.length > 0, keys.length > 0, hasLoose),
    type,
    columns: whole ? undefined : columns.map(column => column.typed.fn),
    whole: sources[0]?.slot ?? 0,
    having,
    keys: keys.map(key => key.fn),
    levels,
    aggregates: aggregates.plans,
    nested: aggregates.nested,
    orderBy,
    distinct: select.distinct,
    limit: select.limit && {
      count: numberFn(select.limit.count, "'limit'", scope),
      offset: select.limit.offset && numberFn(select.limit.offset, "'offset'", scope),
    },
    sliding,
    streams: sources.length,
  }
}

function numberFn(expr: Expr, who: string, scope: Scope): Fn {
  const { fn, type } = compile(expr, scope)
  Types.requireKind(type, 'number', who, expr.at)
  return fn
}

/** `select *` of one stream: its events are the rows. */
function isWhole(items: readonly SelectItem[], sources: readonly Source[]): boolean {
  return items.length === 1 && items[0].kind === 'all' && sources.length === 1
}

function rowType(columns: readonly Column[]): EventType {
  const fields = new Map<string, Field>()
  for (const { name, typed } of columns) fields.set(name, { name, type: typed.type })
  if (fields.size === columns.length) return new EventType('row', [...fields.values()])
  // A name given twice keeps both places; the last one is found by it.
  return new EventType(
    'row',
    columns.map(({ name, typed }) => ({ name, type: typed.type })),
  )
}

function columnsOf(item: SelectItem, scope: Scope): Column[] {
  const sources = scope.levels[0]
  if (item.kind === 'all') return sources.length === 1 ? allOf(sources[0]) : sources.map(wholeOf)
  if (item.kind === 'stream') {
    const source = sources.find(({ alias, typeName }) => alias === item.alias || typeName === item.alias)
    if (source) return item.as === undefined ? allOf(source) : [{ ...wholeOf(source), name: item.as }]
    const typed = compile({ kind: 'name', name: item.alias, at: item.at }, scope)
    if (typed.type.kind !== 'event')
      throw new RuleFault(
        `'${item.alias}' is no stream`,
        item.at,
        sources.map(({ alias }) => alias),
      )
    return item.as === undefined ? fieldsOf(typed, typed.type.of) : [{ name: item.as, typed }]
  }
  const typed = compile(item.expr, scope)
  return [{ name: item.as ?? innerName(item.expr) ?? render(item.expr), typed, expr: item.expr }]
}

/** A sub-query of one column gives its name on. */
function innerName(expr: Expr): string | undefined {
  if (expr.kind !== 'query' || expr.query.items.length !== 1) return undefined
  const [item] = expr.query.items
  return item.kind === 'expr' ? (item.as ?? render(item.expr)) : undefined
}

function fieldsOf(typed: Typed, type: EventType): Column[] {
  return type.fields.map(({ name, type: field }, place) => ({
    name,
    typed: { fn: (slots, cx) => (typed.fn(slots, cx) as Event | null)?.values[place] ?? null, type: field },
  }))
}

function wholeOf(source: Source): Column {
  const { slot } = source
  return {
    name: source.alias,
    typed: { fn: slots => slots[slot] ?? null, type: { kind: 'event', of: source.type } },
  }
}

function allOf(source: Source): Column[] {
  return fieldsOf(wholeOf(source).typed, source.type)
}

/** `order by name` may name a column of the select. */
function aliased(expr: Expr, items: readonly SelectItem[], sources: readonly Source[]): Expr {
  if (expr.kind !== 'name') return expr
  const item = items.find(candidate => candidate.kind === 'expr' && candidate.as === expr.name)
  if (item?.kind !== 'expr') return expr
  return sources.some(source => source.type.placeOf(expr.name) >= 0) && item.expr.kind === 'name'
    ? expr
    : item.expr
}

// ── insert into ──────────────────────────────────────────────────────────────────────────────

/** Where rows go: into a known type by the names of columns, or into a new one. @throws RuleFault */
export function compileInsert(spec: InsertInto, row: EventType, catalog: Catalog): InsertPlan {
  const columns = spec.columns ?? row.fields.map(field => field.name)
  if (columns.length !== row.fields.length)
    throw new RuleFault(`${columns.length} columns are named and ${row.fields.length} selected`, spec.at)
  const selector = spec.stream ?? 'istream'
  const known =
    catalog.window(spec.target)?.type ?? catalog.table(spec.target)?.type ?? catalog.type(spec.target)
  if (known) {
    requireColumns(spec, row, columns, known)
    return { type: known, from: known.fields.map(field => columns.indexOf(field.name)), selector }
  }
  const type = new EventType(
    spec.target,
    row.fields.map((field, i) => ({ name: columns[i], type: field.type })),
  )
  catalog.declareType(type)
  return { type, from: row.fields.map((_, i) => i), selector }
}

/** Columns that were made for it must be there; of whole events what is not wanted is left out. */
function requireColumns(
  spec: InsertInto,
  row: EventType,
  columns: readonly string[],
  known: EventType,
): void {
  columns.forEach((name, i) => {
    const place = known.placeOf(name)
    if (place >= 0)
      Types.assignable(
        known.fields[place].type,
        row.fields[i].type,
        `column '${name}' of ${known.name}`,
        spec.at,
      )
    else if (spec.columns ?? row.name === 'row') throw noColumn(name, known, spec.at)
  })
}

const noColumn = (name: string, { name: type, fields }: EventType, at: InsertInto['at']) => {
  const names = fields.map(field => field.name)
  return new RuleFault(`${type} has no column '${name}'${hint(name, names)}`, at, names)
}

/** `into table T select sorted(*) as best`: sorted as the column was declared. */
function inOrderOf(select: Select, catalog: Catalog): Select {
  const info = catalog.table(select.intoTable!)
  if (!info) return select
  const items = select.items.map(item => {
    if (item.kind !== 'expr' || item.expr.kind !== 'call' || !isByOrder(item.expr.name)) return item
    const { args } = item.expr
    const column = info.aggregates.get(info.type.placeOf(item.as ?? ''))
    const isBare = args.every(arg => arg.star || arg.name)
    const named = args.filter(arg => arg.name)
    return column && isBare ? { ...item, expr: { ...item.expr, args: [...column.args, ...named] } } : item
  })
  return { ...select, items }
}

function intoPlan(select: Select, table: string, rows: Rows, catalog: Catalog): IntoPlan {
  const info = catalog.table(table)
  if (!info) throw unknownTarget(table, catalog, select.at)
  if (rows.keys.length !== info.keys.length)
    throw new RuleFault(
      `${table} has ${info.keys.length} key columns, and the statement groups by ${rows.keys.length}`,
      select.at,
    )
  const names = select.items.map(item => (item.kind === 'expr' ? (item.as ?? render(item.expr)) : ''))
  const columns = names.flatMap((name, i) => {
    const place = info.type.placeOf(name)
    const item = select.items[i]
    const call = item.kind === 'expr' && item.expr.kind === 'call' ? item.expr : undefined
    if (call && isAggregate(call)) {
      if (place < 0) throw noColumn(name, info.type, item.at)
      const column = info.aggregates.get(place)?.name
      if (column !== undefined && column !== call.name.toLowerCase())
        throw new RuleFault(`column '${name}' of ${table} is ${column}, not ${call.name}`, item.at)
    }
    if (place < 0 || item.kind !== 'expr' || !info.aggregates.has(place)) return []
    const aggregate = rows.aggregates.findIndex(plan => plan.text === render(item.expr))
    if (aggregate < 0) throw new RuleFault(`column '${name}' of ${table} needs an aggregate`, item.at)
    return [{ place, aggregate }]
  })
  return { table, columns }
}
