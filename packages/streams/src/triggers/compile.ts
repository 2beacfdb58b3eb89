import { requireType, unknownTarget } from '../engine/catalog.ts'
import { EventType } from '../engine/event.ts'
import * as Types from '../engine/types.ts'
import { RuleFault } from '../errors.ts'
import { compile, compileCondition } from '../expressions/compile.ts'
import type { Scope, Source } from '../expressions/scope.ts'
import type { Assignment, Body, MergeAction, OnAction } from '../language/ast.ts'
import { compileInsert, compileRows, compileStream, itemRows } from '../select/compile.ts'
import { compileContained } from '../select/contained.ts'
import type { Compilation } from '../select/extensions.ts'
import type { Assign, MergeStep, TriggerAction, TriggerPlan, UpdatePlan } from './plan.ts'

type On = Extract<Body, { kind: 'on' }>
type Act<K extends OnAction['kind']> = Extract<OnAction, { kind: K }>

/** @throws RuleFault, Unsupported */
export function compileTrigger(on: On, compilation: Compilation): TriggerPlan {
  const stream = compileStream(on.trigger, compilation)
  const typeName = on.trigger.source.kind === 'type' ? on.trigger.source.name : undefined
  const trigger: Source = {
    alias: on.trigger.alias ?? typeName ?? 'pattern',
    typeName,
    type: stream.windows.type,
    slot: 0,
  }
  const action = compileAction(on.action, trigger, compilation)
  return { kind: 'trigger', stream, action, parts: compilation.parts }
}

function compileAction(action: OnAction, trigger: Source, compilation: Compilation): TriggerAction {
  switch (action.kind) {
    case 'select':
      return selectAction(action, trigger, compilation)
    case 'delete': {
      const scope = windowScope(action.from, action.alias, trigger, compilation, action.at)
      return {
        kind: 'delete',
        window: action.from,
        where: action.where && compileCondition(action.where, scope),
      }
    }
    case 'update': {
      const scope = windowScope(action.window, action.alias, trigger, compilation, action.at)
      return {
        kind: 'update',
        window: action.window,
        where: action.where && compileCondition(action.where, scope),
        set: assigns(action.set, scope),
      }
    }
    case 'merge':
      return mergeAction(action, trigger, compilation)
    case 'set':
      return setAction(action, trigger, compilation)
    case 'split': {
      const branches = action.branches.map(branch => {
        const contained = compileContained(branch.contained, trigger, compilation, itemRows)
        const held = contained.at(-1)?.type
        const source: Source = held ? { alias: held.name, type: held, slot: 0 } : trigger
        const scope: Scope = { levels: [[source]], ext: compilation.base, zone: compilation.catalog.zone }
        const rows = itemRows(branch.items, scope)
        return {
          contained,
          where: branch.where && compileCondition(branch.where, scope),
          type: rows.type,
          columns: rows.columns,
          insert: compileInsert(branch.insert, rows.type, compilation.catalog),
        }
      })
      return { kind: 'split', all: action.all, branches }
    }
  }
}

/** The trigger, and the rows of a window or table. */
function windowScope(
  name: string,
  alias: string | undefined,
  trigger: Source,
  compilation: Compilation,
  at?: { line: number; column: number },
): Scope {
  const { catalog } = compilation
  const info = catalog.window(name) ?? catalog.table(name)
  if (!info) throw unknownTarget(name, catalog, at)
  const row: Source = { alias: alias ?? name, typeName: name, type: info.type, slot: 1 }
  const initial: Source = { alias: 'initial', type: info.type, slot: 2, qualifiedOnly: true }
  // The row's own names win over the trigger's.
  return { levels: [[row, initial], [trigger]], ext: compilation.base, zone: catalog.zone }
}

function assigns(set: readonly Assignment[], scope: Scope): Assign[] {
  const row = scope.levels[0][0]
  return set.map(({ target, value, at }) => {
    const { of, index } = placeIn(target, scope)
    const name = of.kind === 'name' || of.kind === 'member' ? of.name : undefined
    const place = name === undefined ? -1 : row.type.placeOf(name)
    if (place < 0)
      throw new RuleFault(
        `${row.type.name} has no column '${name}'`,
        at,
        row.type.fields.map(field => field.name),
      )
    const typed = compile(value, scope)
    const column = row.type.fields[place].type
    const wanted = index && column.kind === 'array' ? column.of : column
    Types.assignable(wanted, typed.type, `'${name}'`, at)
    return { place, index, value: typed.fn }
  })
}

/** `limits[2]`: what is set is one place of a list. */
function placeIn(target: Assignment['target'], scope: Scope) {
  if (target.kind !== 'index') return { of: target, index: undefined }
  return { of: target.of, index: compile(target.by[0], scope).fn }
}

function selectAction(action: Act<'select'>, trigger: Source, compilation: Compilation): TriggerAction {
  const { select } = action
  const [from] = select.from
  if (from?.source.kind !== 'type' || select.from.length > 1)
    throw new RuleFault('on … select reads one window or table', select.at)
  const { name, filter } = from.source
  const { catalog } = compilation
  const info = catalog.window(name) ?? catalog.table(name)
  if (!info) throw unknownTarget(name, catalog, from.at)
  const row: Source = { alias: from.alias ?? name, typeName: name, type: info.type, slot: 1 }
  const sources = [trigger, row]
  const scope: Scope = { levels: [[row], [trigger]], ext: compilation.base, zone: catalog.zone }
  const onlyRows = select.items.length === 1 && select.items[0].kind === 'all'
  const inSelect: Scope = { ...scope, levels: onlyRows ? [[row]] : [sources] }
  const rows = compileRows(select, inSelect, true)
  const own: Source = { ...row, slot: 0 }
  const conditions = filter.map(condition => compileCondition(condition, { ...scope, levels: [[own]] }))
  return {
    kind: 'select',
    window: name,
    filter:
      conditions.length === 0
        ? undefined
        : (slots, cx) => conditions.every(condition => condition(slots, cx) === true),
    where: select.where && compileCondition(select.where, scope),
    rows: {
      ...rows,
      columns: rows.columns ?? [slots => slots[1] ?? null],
      wantsOld: false,
      streams: 2,
      ...(rows.columns ? {} : wholeRow(info.type)),
    },
    insert: select.insert && compileInsert(select.insert, rows.type, catalog),
    remove: action.remove,
  }
}

/** `select *` of one window: its rows' own columns. */
function wholeRow(type: EventType) {
  return {
    type,
    columns: type.fields.map(
      (_, place) => (slots: readonly unknown[]) =>
        (slots[1] as { values: readonly unknown[] } | null)?.values[place] ?? null,
    ),
  }
}

function mergeAction(action: Act<'merge'>, trigger: Source, compilation: Compilation): TriggerAction {
  const scope = windowScope(action.window, action.alias, trigger, compilation, action.at)
  const alone: Scope = { ...scope, levels: [[trigger]] }
  const branches = action.branches.map(branch => {
    const inner = branch.matched ? scope : alone
    return {
      matched: branch.matched,
      condition: branch.condition && compileCondition(branch.condition, inner),
      steps: branch.actions.map(step => mergeStep(step, action.window, inner, compilation)),
    }
  })
  return {
    kind: 'merge',
    window: action.window,
    where: action.where && compileCondition(action.where, scope),
    branches,
  }
}

function mergeStep(step: MergeAction, window: string, scope: Scope, compilation: Compilation): MergeStep {
  const where = step.where && compileCondition(step.where, scope)
  if (step.kind === 'delete') return { kind: 'delete', where }
  if (step.kind === 'update') return { kind: 'update', where, set: assigns(step.set, scope) }
  const target = step.into ?? window
  // `select *` is of the trigger; where a row was matched, it can be named too.
  const levels = [scope.levels.at(-1)!, ...scope.levels.slice(0, -1)]
  const rows = itemRows(step.items, { ...scope, levels })
  const insert = compileInsert({ target, columns: step.columns }, rows.type, compilation.catalog)
  const columns =
    rows.columns ??
    rows.type.fields.map(
      (_, place) => (slots: readonly unknown[]) =>
        (slots[0] as { values: readonly unknown[] }).values[place] ?? null,
    )
  const type = rows.columns ? rows.type : new EventType('row', rows.type.fields)
  return { kind: 'insert', insert, own: target === window, type, columns, where }
}

function setAction(action: Act<'set'>, trigger: Source, compilation: Compilation): TriggerAction {
  const scope: Scope = { levels: [[trigger]], ext: compilation.base, zone: compilation.catalog.zone }
  const set = action.set.map(({ target, value, at }) => {
    const { of, index } = placeIn(target, scope)
    const info = of.kind === 'name' ? compilation.catalog.variable(of.name) : undefined
    if (!info) throw new RuleFault('only variables can be set here', at)
    if (info.constant) throw new RuleFault(`'${info.name}' is constant`, at)
    const typed = compile(value, scope)
    const wanted = index && info.type.kind === 'array' ? info.type.of : info.type
    Types.comparable(wanted, typed.type, at)
    return { name: info.name, index, value: typed.fn, type: info.type }
  })
  return {
    kind: 'set',
    set,
    type: new EventType(
      'variables',
      set.map(({ name, type }) => ({ name, type })),
    ),
  }
}

/** `update istream`. @throws RuleFault */
export function compileUpdate(
  body: Extract<Body, { kind: 'updateStream' }>,
  compilation: Compilation,
): UpdatePlan {
  const type = requireType(body.type, compilation.catalog, body.at)
  const own: Source = { alias: body.alias ?? body.type, typeName: body.type, type, slot: 1 }
  const scope: Scope = { levels: [[own]], ext: compilation.base, zone: compilation.catalog.zone }
  return {
    kind: 'update',
    type,
    where: body.where && compileCondition(body.where, scope),
    set: assigns(body.set, scope),
  }
}
