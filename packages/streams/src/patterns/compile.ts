import { requireType } from '../engine/catalog.ts'
import { EventType } from '../engine/event.ts'
import { compileFilter } from '../engine/filterPlan.ts'
import type * as Types from '../engine/types.ts'
import { RuleFault, Unsupported } from '../errors.ts'
import { compile, compileCondition } from '../expressions/compile.ts'
import { compileSpan } from '../expressions/periods.ts'
import type { Scope, Source, Typed } from '../expressions/scope.ts'
import type { Argument, Expr, Pattern } from '../language/ast.ts'
import { render } from '../language/render.ts'
import { nearest } from '../nearest.ts'
import { compileContained } from '../select/contained.ts'
import type { Compilation } from '../select/extensions.ts'
import { compileCron } from '../time/compileCron.ts'
import type { PatternNode, PatternPlan, SchedulePlan } from './plan.ts'

type Repeat = Pattern & { kind: 'repeat' }

const knownFlags = ['SuppressOverlappingMatches', 'DiscardPartialsOnMatch']

/** @throws RuleFault, Unsupported */
export function compilePattern(
  pattern: Pattern,
  flags: readonly string[],
  compilation: Compilation,
  known: readonly Source[] = [],
): PatternPlan {
  const unknown = flags.find(flag => !knownFlags.includes(flag))
  if (unknown) throw new Unsupported(`@${unknown}`, pattern.at)
  const compiler = new PatternCompiler(compilation, known)
  const root = compiler.node(pattern)
  const tags = compiler.tags.slice(known.length)
  return {
    root,
    type: taggedType('pattern', tags),
    slots: tags.map(tag => tag.slot),
    width: compiler.tags.length + 1,
    suppressOverlaps: flags.includes('SuppressOverlappingMatches'),
    discardPartials: flags.includes('DiscardPartialsOnMatch'),
  }
}

class PatternCompiler {
  readonly compilation: Compilation
  tags: readonly Source[]
  constructor(compilation: Compilation, known: readonly Source[]) {
    this.tags = known
    this.compilation = compilation
  }

  get scope(): Scope {
    return { levels: [this.tags], ext: this.compilation.base, zone: this.compilation.catalog.zone }
  }

  node(pattern: Pattern): PatternNode {
    return this.made(pattern)
  }

  made(pattern: Pattern): PatternNode {
    switch (pattern.kind) {
      case 'filter': {
        const type = requireType(pattern.type, this.compilation.catalog, pattern.at)
        const base = { ext: this.compilation.base, zone: this.compilation.catalog.zone }
        const others = this.tags.filter(tag => tag.alias !== pattern.tag)
        const own = compileFilter(type, pattern.filter, others, base, pattern.tag)
        const filter = this.compilation.context?.restrict(type, own) ?? own
        const outer = { alias: pattern.tag ?? type.name, typeName: type.name, type, slot: 0 }
        const contained = compileContained(pattern.contained, outer, this.compilation)
        const slot = pattern.tag === undefined ? 0 : this.tag(pattern.tag, contained.at(-1)?.type ?? type)
        return { kind: 'filter', type: type.name, filter, contained, slot, level: pattern.consume ?? 0 }
      }
      case 'every':
        requireNotEndless(pattern.of)
        return { kind: 'every', of: this.node(pattern.of) }
      case 'everyDistinct': {
        const of = this.node(pattern.of)
        const keys = pattern.keys.map(key => compile(key, this.scope).fn)
        return { kind: 'everyDistinct', of, keys, expires: pattern.expires && this.span(pattern.expires) }
      }
      case 'not':
        return { kind: 'not', of: this.node(pattern.of) }
      case 'and':
      case 'or':
        return { kind: pattern.kind, of: pattern.of.map(part => this.node(part)) }
      case 'followed': {
        const of = pattern.of.map(part => this.node(part))
        return { kind: 'followed', of, max: pattern.max.map(max => max && compile(max, this.scope).fn) }
      }
      case 'repeat':
        return this.repeat(pattern)
      case 'interval':
        return { kind: 'interval', span: this.span(argument(pattern.args, 'timer:interval', pattern)) }
      case 'at':
        return { kind: 'at', cron: compileCron(pattern.cron, this.scope) }
      case 'schedule':
        if (pattern.name !== 'schedule') throw unknownTimer(pattern.name, observers, pattern)
        return { kind: 'schedule', schedule: schedulePlan(pattern.args, this.scope, pattern) }
      case 'within':
        return this.within(pattern)
      case 'while': {
        const of = this.node(pattern.of)
        return { kind: 'while', of, condition: compileCondition(pattern.condition, this.scope) }
      }
    }
  }

  within(pattern: Pattern & { kind: 'within' }): PatternNode {
    const { guard, args } = pattern
    if (guard !== 'within' && guard !== 'withinmax') throw unknownTimer(guard, guards, pattern)
    const span = this.span(argument(args, `timer:${guard}`, pattern))
    const max = args[1]?.value
    return { kind: 'within', of: this.node(pattern.of), span, max: max && compile(max, this.scope).fn }
  }

  span(expr: Expr) {
    return compileSpan(expr, this.scope, compile).fn
  }

  tag(alias: string, type: EventType): number {
    const known = this.tags.find(tag => tag.alias === alias)
    if (known) {
      if (known.type !== type)
        throw new RuleFault(`the tag '${alias}' is used for ${known.type.name} and for ${type.name}`)
      return known.slot
    }
    const slot = this.tags.length + 1
    this.tags = [...this.tags, { alias, type, slot }]
    return slot
  }

  repeat(pattern: Repeat): PatternNode {
    const [lowest, highest] = [pattern.low, pattern.high].map(end => end && compile(end, this.scope))
    requireBounds(lowest, highest, pattern)
    const [low, high] = [lowest?.fn, highest?.fn]
    const before = this.tags.length
    const of = this.node(pattern.of)
    const lists = this.tags.slice(before).map(tag => tag.slot)
    this.tags = this.tags.map((tag, i) => (i < before ? tag : { ...tag, many: true }))
    if (!pattern.until && !isExact(pattern))
      throw new RuleFault('a repeat of varying length needs an until', pattern.at, ["'until'"])
    const until = pattern.until && this.node(pattern.until)
    return { kind: 'repeat', of, until, low, high, lists }
  }
}

/** As far as they are known while compiling. */
function requireBounds(low: Typed | undefined, high: Typed | undefined, { at, until }: Repeat): void {
  const [from, to] = [low?.constant?.value, high?.constant?.value]
  if (typeof to === 'number' && to < 1) throw new RuleFault('a repeat needs a number from 1', at)
  if (typeof from !== 'number') return
  if (from < (until ? 0 : 1)) throw new RuleFault('a repeat needs a number from 1', at)
  if (typeof to === 'number' && from > to)
    throw new RuleFault(`a repeat goes from the less to the more: ${from} is more than ${to}`, at)
}

/** `[3]`, `[n]`, `[3:3]` */
function isExact({ low, high }: Repeat): boolean {
  return low !== undefined && high !== undefined && render(low) === render(high)
}

function argument(args: readonly Argument[], name: string, { at }: Pattern): Expr {
  const value = args[0]?.value
  if (!value) throw new RuleFault(`${name} needs a length of time`, at)
  return value
}

function requireNotEndless(of: Pattern): void {
  const period = of.kind === 'interval' ? of.args[0]?.value : undefined
  if (period?.kind !== 'literal' || period.value !== 0) return
  throw new RuleFault('every timer:interval(0) would never stop', of.at)
}

function schedulePlan(args: readonly Argument[], scope: Scope, pattern: Pattern): SchedulePlan {
  const named = (name: string) => args.find(arg => arg.name?.toLowerCase() === name)?.value
  const iso = named('iso')
  if (iso) return isoSchedule(compile(iso, scope).fn([], scope.ext.still) as string, pattern)
  const date = named('date')
  const period = named('period')
  const repetitions = named('repetitions')
  const at = date && compile(date, scope).fn([], scope.ext.still)
  const times = repetitions && (compile(repetitions, scope).fn([], scope.ext.still) as number)
  return {
    date: typeof at === 'string' ? Date.parse(at) : (at as number | undefined),
    span: period && (compileSpan(period, scope, compile).constant ?? undefined),
    times: times === undefined ? (period ? 1 : 1) : times < 0 ? undefined : times,
  }
}

/** `R3/2012-10-01T05:52:00Z/PT2S` and its parts. */
function isoSchedule(text: string, pattern: Pattern): SchedulePlan {
  const parts = text.split('/')
  const repeat = parts.find(part => /^R\d*$/.test(part))
  const duration = parts.find(part => part.startsWith('P'))
  const start = parts.find(part => part !== repeat && part !== duration)
  const date = start === undefined || start === '' ? undefined : Date.parse(start)
  if (Number.isNaN(date)) throw new RuleFault(`'${text}' is no ISO 8601 schedule`, pattern.at)
  const span = duration === undefined ? undefined : isoDuration(duration)
  const times = repeat === undefined ? 1 : repeat === 'R' ? undefined : Number(repeat.slice(1))
  return { date, span, times }
}

function isoDuration(text: string) {
  const match =
    /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/.exec(text)
  if (!match) throw new RuleFault(`'${text}' is no ISO 8601 duration`)
  const [years, months, weeks, days, hours, minutes, seconds] = match.slice(1).map(part => Number(part ?? 0))
  return {
    months: years * 12 + months,
    ms: ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000,
  }
}

/** The type of events that a pattern yields: one field per tag. */
function taggedType(
  name: string,
  sources: readonly { alias: string; type: EventType; many?: boolean }[],
): EventType {
  return new EventType(
    name,
    sources.map(source => {
      const event: Types.Type = { kind: 'event', of: source.type }
      return { name: source.alias, type: source.many ? { kind: 'array', of: event } : event }
    }),
  )
}

const observers = ['interval', 'at', 'schedule']
const guards = ['within', 'withinmax']

function unknownTimer(name: string, known: readonly string[], { at }: Pattern): Error {
  const near = nearest(name, known)
  if (near === undefined) return new Unsupported(`timer:${name}`, at)
  return new RuleFault(`there is no timer:${name}; did you mean '${near}'?`, at, known)
}
