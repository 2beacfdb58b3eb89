import { aggregateNames } from '../aggregates/compile.ts'
import { compileContext } from '../contexts/compile.ts'
import { ContextRun } from '../contexts/run.ts'
import { RuleFault, Unsupported } from '../errors.ts'
import { compile } from '../expressions/compile.ts'
import type { Body, ColumnSpec, Statement } from '../language/ast.ts'
import { namedColumns, writtenOut } from '../language/declared.ts'
import { render } from '../language/render.ts'
import { hint } from '../nearest.ts'
import { compileRows, compileSelect } from '../select/compile.ts'
import type { Compilation } from '../select/extensions.ts'
import type { NamedWindowPlan } from '../tables/namedWindow.ts'
import type { TablePlan } from '../tables/table.ts'
import { compileTrigger, compileUpdate } from '../triggers/compile.ts'
import { StreamUpdate } from '../triggers/streamUpdate.ts'
import { compileWindows } from '../windows/compile.ts'
import { type AggregateColumn, requireType } from './catalog.ts'
import { EventType, type Field, type Value } from './event.ts'
import type { Names } from './names.ts'
import type { Plan, Rule } from './rule.ts'
import * as Types from './types.ts'

type Create<K extends Body['kind']> = Extract<Body, { kind: K }>

/** Compiles one statement of a rule; what it creates gets its name. */
export class Creation {
  readonly names: Names
  readonly rule: Rule
  readonly compilation: Compilation
  readonly statement: Statement
  /** Place of the statement among all. */
  readonly order: number

  constructor(names: Names, rule: Rule, compilation: Compilation, statement: Statement, order: number) {
    this.names = names
    this.rule = rule
    this.compilation = compilation
    this.statement = statement
    this.order = order
  }

  /** @returns what is to run, or null for what is only a name */
  plan(): Plan | null {
    const body = this.body()
    switch (body.kind) {
      case 'select':
        return compileSelect(body, this.compilation).plan
      case 'on':
        return compileTrigger(body, this.compilation)
      case 'createWindow':
        return this.window(body)
      case 'createTable':
        return this.table(body)
      default:
        this.name(body)
        return null
    }
  }

  /** What the statement says, with declared expressions written out. */
  body(): Body {
    const own = new Map(this.statement.expressions.map(one => [one.name, one]))
    const lookup = (name: string) => own.get(name) ?? this.names.expression(name)
    const { body } = this.statement
    if (body.kind === 'createExpression') return body
    return writtenOut(body.kind === 'select' ? namedColumns(body, render, lookup) : body, lookup)
  }

  name(body: Exclude<Body, { kind: 'select' | 'on' | 'createWindow' | 'createTable' }>): void {
    switch (body.kind) {
      case 'createContext':
        this.context(body)
        break
      case 'createVariable':
        this.variable(body)
        break
      case 'createSchema':
        this.schema(body)
        break
      case 'createExpression':
        if (this.names.expression(body.name))
          throw new RuleFault(`there is an expression '${body.name}' already`, body.at)
        this.names.put('expression', body.name, { params: body.params, body: body.body })
        break
      case 'updateStream':
        this.update(body)
        break
      case 'createIndex':
    }
  }

  window(body: Create<'createWindow'>): NamedWindowPlan {
    const { name } = body
    this.names.requireFree(name, body.at)
    const fields = this.windowFields(body)
    const from = body.items || body.from === undefined ? undefined : requireType(body.from, this.names)
    const type = new EventType(name, fields, from?.times)
    if (body.views.length === 0)
      throw new RuleFault('a named window needs a data window, such as #keepall', body.at)
    const { base } = this.compilation
    const windows = compileWindows(body.views, body.retain, { type, ext: base, zone: this.names.zone })
    this.names.put('window', name, { name, type, context: this.statement.context })
    return { kind: 'window', name, type, windows }
  }

  windowFields(body: Create<'createWindow'>): readonly Field[] {
    if (body.columns) return body.columns.map(column => this.field(column))
    const source = requireType(body.from!, this.names, body.at)
    if (!body.items) return source.fields
    const scope = {
      levels: [[{ alias: source.name, type: source, slot: 0 }]],
      ext: this.compilation.base,
      zone: this.names.zone,
    }
    const items = { items: body.items, groupBy: [], having: undefined, orderBy: [], limit: undefined }
    return compileRows({ ...items, distinct: false }, scope, false).type.fields
  }

  field({ name, type, array, at }: ColumnSpec): Field {
    const event = this.names.type(type)
    const one =
      (type === 'var' ? Types.anything : Types.typeNamed(type)) ??
      (event && ({ kind: 'event', of: event } as const))
    if (!one) throw new RuleFault(`'${type}' is no type${hint(type, Types.typeNames)}`, at, Types.typeNames)
    return { name, type: array ? { kind: 'array', of: one } : one }
  }

  table(body: Create<'createTable'>): TablePlan {
    const { name } = body
    this.names.requireFree(name, body.at)
    const aggregates = new Map<number, Value>()
    const info = new Map<number, AggregateColumn>()
    const fields = body.columns.map((column, place): Field => {
      if (!column.aggregate) return this.field(column)
      const kind = column.aggregate.name.toLowerCase()
      if (!aggregateNames.includes(kind))
        throw new RuleFault(
          `'${kind}' is no aggregate${hint(kind, aggregateNames)}`,
          column.at,
          aggregateNames,
        )
      aggregates.set(place, kind.startsWith('count') ? 0 : null)
      info.set(place, { name: kind, args: column.aggregate.args })
      return { name: column.name, type: aggregateType(kind, this.heldBy(column)) }
    })
    const type = new EventType(name, fields)
    const keys = body.columns.flatMap((column, place) => (column.primaryKey ? [place] : []))
    this.names.put('table', name, { name, type, keys, aggregates: info, context: this.statement.context })
    return { kind: 'table', name, type, keys, aggregates: aggregates }
  }

  /** What an aggregate column is made of: events of `@type`, or values of the type in its parentheses. */
  heldBy({ holds, aggregate, at }: ColumnSpec): Types.Type {
    if (holds !== undefined) return { kind: 'event', of: requireType(holds, this.names, at) }
    const [first] = aggregate!.args
    return (first?.value?.kind === 'name' && Types.typeNamed(first.value.name)) || Types.anything
  }

  context(body: Create<'createContext'>): void {
    const { name } = body
    if (this.names.context(name)) throw new RuleFault(`there is a context '${name}' already`, body.at)
    const { plan, info } = compileContext(name, body.spec, this.names)
    const run = new ContextRun(plan, this.rule)
    this.names.put('context', name, { info, run })
    this.rule.ends.push(() => run.stop())
    run.top.start(null)
  }

  variable(body: Create<'createVariable'>): void {
    const { name, constant } = body
    if (this.names.variable(name)) throw new RuleFault(`there is a variable '${name}' already`, body.at)
    const type = this.field({ ...body, primaryKey: false }).type
    const { base } = this.compilation
    const given = body.value && compile(body.value, { levels: [], ext: base, zone: this.names.zone })
    if (given) Types.assignable(type, given.type, `'${name}'`, body.at)
    const value = given?.fn([], base.still)
    const { context } = this.statement
    this.names.put('variable', name, { name, type, constant, context, value: value ?? null })
  }

  schema(body: Create<'createSchema'>): void {
    if (body.variant) throw new Unsupported('a variant schema', body.at)
    if (this.names.type(body.name)) throw new RuleFault(`there is a '${body.name}' already`, body.at)
    if (body.inherits.length > 1) throw new RuleFault('a type inherits one other, no more', body.at)
    // What is inherited stands first, so that an event reads the same as one of its parent.
    const parents = [...body.inherits, ...body.copy].map(name => requireType(name, this.names, body.at))
    const parent = body.inherits.length > 0 ? parents[0] : undefined
    const fields = [
      ...parents.flatMap(parent => parent.fields),
      ...body.columns.map(column => this.field(column)),
    ]
    this.names.declareType(new EventType(body.name, fields, timesOf(body, fields, parents), parent))
  }

  update(body: Create<'updateStream'>): void {
    const plan = compileUpdate(body, this.compilation)
    const { name } = plan.type
    const { parts } = this.compilation
    const outlet = { deliver() {} }
    const one = new StreamUpdate(plan, parts, {
      runtime: this.rule,
      order: this.order,
      partition: null,
      outlet,
    })
    this.names.put('updates', name, [...(this.names.get('updates', name) ?? []), one])
    this.rule.ends.push(() => {
      const left = (this.names.get('updates', name) ?? []).filter(other => other !== one)
      this.names.put('updates', name, left)
      one.stop()
    })
  }
}

/** Where `starttimestamp` and `endtimestamp` stand, else those of the types that are copied. @throws RuleFault */
function timesOf(
  { start, end, at }: Create<'createSchema'>,
  fields: readonly Field[],
  parents: readonly EventType[],
): EventType['times'] {
  const placeOf = (name: string) => {
    const place = fields.findIndex(field => field.name === name)
    const known = fields.map(field => field.name)
    if (place < 0) throw new RuleFault(`there is no column '${name}'${hint(name, known)}`, at, known)
    return place
  }
  if (start !== undefined) return { start: placeOf(start), end: placeOf(end ?? start) }
  if (end !== undefined) throw new RuleFault("'endtimestamp' needs 'starttimestamp' too", at)
  const parent = parents.find(({ times }) => times !== undefined)
  if (!parent?.times) return undefined
  const { fields: own, times } = parent
  return { start: placeOf(own[times.start].name), end: placeOf(own[times.end].name) }
}

const numeric = new Set(['sum', 'avg', 'median', 'stddev', 'stddevpop', 'avedev', 'rate', 'percentile'])

function aggregateType(kind: string, held: Types.Type): Types.Type {
  if (kind.startsWith('count')) return Types.integer
  if (kind === 'window') return { kind: 'array', of: held }
  if (kind === 'sorted') return { kind: 'array', of: held, sorted: true }
  if (kind === 'leaving') return Types.boolean
  return numeric.has(kind) ? Types.number : held
}
