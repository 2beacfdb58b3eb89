import type { Cx } from '../engine/context.ts'
import { Event, type EventType, type Value } from '../engine/event.ts'
import { RuleFault, Unsupported } from '../errors.ts'
import { compile, compileCondition } from '../expressions/compile.ts'
import type { Fn, Scope, Source } from '../expressions/scope.ts'
import type { Contained, SelectItem } from '../language/ast.ts'
import type { Sink } from '../windows/view.ts'
import type { Compilation } from './extensions.ts'

/** Events that stand in a property of others. Slot 0 is the inner event, the others those around it, innermost first. */
export interface ContainedPlan {
  readonly list: Fn
  readonly where: Fn | undefined
  /** What comes of an inner event; undefined: itself. */
  readonly row: { readonly type: EventType; readonly columns: readonly Fn[] } | undefined
  readonly type: EventType
}

/** Compiles a select list; given, since a select may hold contained events itself. */
type RowsOf = (
  items: SelectItem[],
  scope: Scope,
) => { readonly type: EventType; readonly columns: readonly Fn[] | undefined }

/** `Bill[items]`, one plan for each pair of brackets; without `rowsOf` they hold no select. @throws RuleFault for what holds no events */
export function compileContained(
  specs: readonly Contained[],
  outer: Source,
  compilation: Compilation,
  rowsOf?: RowsOf,
): ContainedPlan[] {
  const { base: ext, catalog } = compilation
  let around: Source[] = [outer]
  return specs.map(spec => {
    if (spec.items && !rowsOf) throw new Unsupported('a select in [ ] within a pattern', spec.at)
    const list = compile(spec.of, { levels: around.map(source => [source]), ext, zone: catalog.zone })
    const { type } = list
    const inner =
      type.kind === 'array' && type.of.kind === 'event'
        ? type.of.of
        : type.kind === 'event'
          ? type.of
          : undefined
    if (!inner) throw new RuleFault('in [ ] stands a property that holds events', spec.at)
    const moved = around.map(source => ({ ...source, slot: source.slot + 1 }))
    const own: Source = {
      alias: spec.alias ?? (spec.of.kind === 'name' ? spec.of.name : inner.name),
      typeName: inner.name,
      type: inner,
      slot: 0,
    }
    const levels = [[own], ...moved.map(source => [source])]
    const scope = { levels, ext, zone: catalog.zone }
    const flat = { ...scope, levels: [[own, ...moved]] }
    const rows = spec.items && rowsOf?.(spec.items, flat)
    const row = rows?.columns && { type: rows.type, columns: rows.columns }
    around = [row ? { ...own, type: row.type } : own, ...moved]
    return {
      list: list.fn,
      where: spec.where && compileCondition(spec.where, scope),
      row,
      type: row?.type ?? inner,
    }
  })
}

/** Sends on what events hold instead of them. */
export class Unpacking implements Sink {
  readonly plans: readonly ContainedPlan[]
  readonly cx: Cx
  readonly next: Sink
  constructor(plans: readonly ContainedPlan[], cx: Cx, next: Sink) {
    this.plans = plans
    this.cx = cx
    this.next = next
  }

  update(added: readonly Event[], removed: readonly Event[]): void {
    const inner = added.flatMap(event => within(this.plans, event, this.cx))
    if (inner.length > 0) this.next.update(inner, removed)
  }
}

/** What an event holds, or the event itself without a plan. */
export function within(plans: readonly ContainedPlan[], event: Event, cx: Cx): Event[] {
  return plans.length === 0 ? [event] : unpacked(plans, [event], cx)
}

function unpacked([plan, ...rest]: readonly ContainedPlan[], around: readonly Event[], cx: Cx): Event[] {
  if (!plan) return [around[0]]
  const held = plan.list(around, cx)
  const items = (Array.isArray(held) ? held : [held]).filter((item: Value) => item instanceof Event)
  cx.work(items.length)
  return items.flatMap(item => {
    const slots = [item, ...around]
    if (plan.where && plan.where(slots, cx) !== true) return []
    const { row } = plan
    const made = row
      ? new Event(
          row.type,
          row.columns.map(column => column(slots, cx) ?? null),
        )
      : item
    return unpacked(rest, [made, ...around], cx)
  })
}
