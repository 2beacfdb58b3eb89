import { offsetMs } from '@ohmstead/model'
import { RuleFault } from '../errors.ts'
import { compile } from '../expressions/compile.ts'
import type { Scope } from '../expressions/scope.ts'
import type { CronField, CronSpec, Expr } from '../language/ast.ts'
import type { Cron, DayRule, Fits } from './cron.ts'

const bounds = [
  ['minutes', 0, 59],
  ['hours', 0, 23],
  ['days', 1, 31],
  ['months', 1, 12],
  ['weekdays', 0, 6],
  ['seconds', 0, 59],
] as const

/** @throws RuleFault for a value outside its field */
export function compileCron(spec: CronSpec, scope: Scope): Cron {
  if (spec.fields.length < 5 || spec.fields.length > 7)
    throw new RuleFault(
      'a time needs minute, hour, day, month and weekday, and may have seconds and a time zone',
      spec.at,
    )
  const fields = bounds.map(([name, low, high], i) => {
    const field = spec.fields[i]
    if (field === undefined) return [0]
    const rule = i === 2 || i === 4 ? dayRule(field, scope, i === 4) : undefined
    return rule ?? fitsOf(field, low, high, name, scope, spec)
  })
  const [minutes, hours, days, months, weekdays, seconds] = fields
  return {
    minutes: minutes as Fits,
    hours: hours as Fits,
    days,
    months: months as Fits,
    weekdays,
    seconds: seconds as Fits,
    zone: spec.fields[6] ? zoneOf(spec.fields[6], scope, spec) : scope.zone,
  }
}

/** Short names that Java knows and the zone database does not. */
const shortZones: Readonly<Record<string, string>> = {
  AST: 'America/Anchorage', CST: 'America/Chicago', IST: 'Asia/Kolkata', JST: 'Asia/Tokyo', PST: 'America/Los_Angeles',
} // biome-ignore format: a table

/** A zone by its IANA name, such as 'Europe/Berlin', or as an offset, such as 'GMT-4:00'. @throws RuleFault */
function zoneOf(field: CronField, scope: Scope, spec: CronSpec): string {
  const name = field.kind === 'value' ? compile(field.value, scope).fn([], scope.ext.still) : undefined
  if (typeof name !== 'string')
    throw new RuleFault("behind the seconds stands a time zone such as 'Europe/Berlin'", spec.at)
  const offset = /^(?:GMT|UTC)([+-])0?(\d{1,2})(?::00)?$/.exec(name)
  // The zone database counts to the west.
  const zone = offset ? `Etc/GMT${offset[1] === '-' ? '+' : '-'}${offset[2]}` : (shortZones[name] ?? name)
  try {
    offsetMs(0, zone)
  } catch (cause) {
    throw new RuleFault(`there is no time zone '${name}'`, spec.at, [], { cause })
  }
  return zone
}

function dayRule(field: CronField, scope: Scope, ofWeek: boolean): DayRule | undefined {
  if (field.kind === 'last') {
    const day = field.day && numberOf(field.day, scope)
    return { kind: 'last', day }
  }
  if (field.kind === 'weekday' && !ofWeek) {
    const day = field.day && numberOf(field.day, scope)
    return day === undefined ? { kind: 'lastWeekday' } : { kind: 'nearestWeekday', day }
  }
  return undefined
}

function numberOf(expr: Expr, scope: Scope): number {
  const value = compile(expr, scope).fn([], scope.ext.still)
  if (typeof value !== 'number') throw new RuleFault('expected a number', expr.at)
  return value
}

function fitsOf(
  field: CronField,
  low: number,
  high: number,
  name: string,
  scope: Scope,
  spec: CronSpec,
): Fits {
  if (field.kind === 'any') return null
  const values = [...new Set(valuesOf(field, low, high, scope))].sort((a, b) => a - b)
  const wrong = values.find(value => value < low || value > high || !Number.isInteger(value))
  if (wrong !== undefined) throw new RuleFault(`${name} are ${low} to ${high}, got ${wrong}`, spec.at)
  return values
}

function valuesOf(field: CronField, low: number, high: number, scope: Scope): number[] {
  const range = (from: number, to: number, step: number) =>
    Array.from({ length: Math.max(0, Math.floor((to - from) / step) + 1) }, (_, i) => from + i * step)
  switch (field.kind) {
    case 'value':
      return [numberOf(field.value, scope)]
    case 'range':
      return range(
        numberOf(field.low, scope),
        numberOf(field.high, scope),
        field.step ? numberOf(field.step, scope) : 1,
      )
    case 'step': {
      const step = numberOf(field.step, scope)
      return step < 1 ? [low] : range(low === 0 ? 0 : Math.ceil(low / step) * step, high, step)
    }
    case 'list':
      return field.items.flatMap(item => valuesOf(item, low, high, scope))
    default:
      return range(low, high, 1)
  }
}
