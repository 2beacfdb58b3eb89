import { existsSync, readFileSync } from 'node:fs'
import { Engine } from '../src/engine/engine.ts'
import { Event, type Value } from '../src/engine/event.ts'
import { typeNamed } from '../src/engine/types.ts'

export interface Check {
  after: number
  t: number
  stmt?: string
  insert?: Row[]
  remove?: Row[]
  iterator?: Row[]
  anyOrder?: boolean
  scope?: 'last'
  discard?: boolean
  emptyDelivery?: boolean
}

type Row = Record<string, unknown>

export interface Case {
  id: string
  section: string
  eventTypes: Record<string, Record<string, string>>
  epl: string
  start: number
  steps: { t: number; advance?: boolean; event?: Row & { type: string }; deploy?: string }[]
  expect: Check[]
  complete?: boolean
}

const file = new URL('../../../../shared/data/esper-cases/cases.json', import.meta.url)

/** The cases, or undefined where they are not there: they are not ours to ship. */
export function esperCases(path: URL = file): Case[] | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Case[]) : undefined
}

interface Said {
  insert: readonly Event[]
  remove: readonly Event[]
}

/** Runs a case. @returns what is wrong, or undefined */
export function faultOf(one: Case): string | undefined {
  const engine = new Engine({ start: one.start })
  declare(engine, one)
  const said = new Map<string, Said[]>()
  const deploy = (text: string) => {
    const rule = engine.deploy(text)
    for (const statement of rule.statements) {
      said.set(statement.name, [])
      statement.listeners.add(({ insert, remove }) => said.get(statement.name)!.push({ insert, remove }))
    }
  }
  deploy(one.epl)
  const observed = () => {
    const all = [...engine.rules.values()].flatMap(rule => rule.statements)
    return (
      (all.find(({ name }) => name === 's0') ?? [...engine.rules.values()][0].statements.at(-1))?.name ?? ''
    )
  }
  const checksAt = (step: number) => one.expect.filter(check => check.after === step)
  const run = (step: number): string | undefined => {
    for (const check of checksAt(step)) {
      const fault = faultOfCheck(check, check.stmt ?? observed(), engine, said)
      if (fault) return `after step ${step} (t=${check.t}): ${fault}`
    }
    if (one.complete && checksAt(step).length === 0) {
      const noise = [...(said.get(observed()) ?? [])]
      if (noise.length > 0)
        return `after step ${step}: nothing expected, got ${show(noise.flatMap(({ insert }) => insert))} / ${show(noise.flatMap(({ remove }) => remove))}`
    }
    return undefined
  }
  const early = run(-1)
  if (early) return early
  for (const [i, step] of one.steps.entries()) {
    if (step.t > engine.now) engine.advance(step.t)
    if (step.deploy) deploy(step.deploy)
    if (step.event) engine.send(step.event.type, step.event)
    const fault = run(i)
    if (fault) return fault
  }
  return undefined
}

/** Types that the statements make themselves are left to them. */
function declare(engine: Engine, one: Case): void {
  const texts = [one.epl, ...one.steps.flatMap(step => step.deploy ?? [])].join(';')
  const sent = new Set(one.steps.flatMap(step => step.event?.type ?? []))
  for (const [name, fields] of Object.entries(one.eventTypes)) {
    const made = new RegExp(
      `(insert\\s+(istream\\s+|rstream\\s+|irstream\\s+)?into|create\\s+(schema|window|table))\\s+${name}\\b`,
      'i',
    ).test(texts)
    if (made && !sent.has(name)) continue
    engine.stream(
      name,
      Object.entries(fields).map(([field, type]) => ({
        name: field,
        type: typeNamed(type) ?? { kind: 'any' as const },
      })),
    )
  }
}

function faultOfCheck(
  check: Check,
  name: string,
  engine: Engine,
  said: Map<string, Said[]>,
): string | undefined {
  if (check.iterator) {
    const statement = [...engine.rules.values()]
      .flatMap(rule => rule.statements)
      .find(one => one.name === name)!
    return compare('iterator', check.iterator, statement.rows(), check.anyOrder ?? false)
  }
  const all = said.get(name)
  if (!all) return `no statement ${name}`
  said.set(name, [])
  if (check.discard) return undefined
  const looked = check.scope === 'last' ? all.slice(-1) : all
  const insert = looked.flatMap(one => one.insert)
  const remove = looked.flatMap(one => one.remove)
  const any = check.anyOrder ?? false
  return (
    (check.insert && compare('insert', check.insert, insert, any)) ??
    (check.remove && compare('remove', check.remove, remove, any))
  )
}

function compare(
  what: string,
  expected: Row[],
  got: readonly Event[],
  anyOrder: boolean,
): string | undefined {
  const fits = (row: Row, event: Event) =>
    Object.entries(row).every(([column, value]) => same(value, columnOf(event, column)))
  const same2 =
    expected.length === got.length &&
    (anyOrder ? assign(expected, [...got], fits) : expected.every((row, i) => fits(row, got[i])))
  return same2 ? undefined : `${what}: expected ${JSON.stringify(expected)}, got ${show(got)}`
}

function assign(expected: Row[], left: Event[], fits: (row: Row, event: Event) => boolean): boolean {
  if (expected.length === 0) return true
  const [first, ...rest] = expected
  return left.some((event, i) => fits(first, event) && assign(rest, left.toSpliced(i, 1), fits))
}

const show = (events: readonly Event[]) => JSON.stringify(events.map(event => event.toObject()))

function same(expected: unknown, got: Value): boolean {
  if (expected === null || expected === undefined) return got === null || got === undefined
  if (typeof expected === 'number') {
    if (typeof got !== 'number') return false
    return (
      expected === got ||
      (Number.isNaN(expected) && Number.isNaN(got)) ||
      Math.abs(expected - got) <= 1e-9 * Math.max(Math.abs(expected), Math.abs(got), 1e-3)
    )
  }
  if (Array.isArray(expected))
    return (
      Array.isArray(got) && expected.length === got.length && expected.every((item, i) => same(item, got[i]))
    )
  if (typeof expected === 'object') {
    if ('$event' in expected)
      return (
        got instanceof Event &&
        Object.entries(expected.$event as Row).every(
          ([key, value]) => key === 'type' || same(value, columnOf(got, key)),
        )
      )
    if (got instanceof Event)
      return Object.entries(expected).every(([key, value]) => same(value, columnOf(got, key)))
    return JSON.stringify(expected) === JSON.stringify(got)
  }
  if (expected === 'NaN') return Number.isNaN(got)
  return expected === got
}

/** A column, or a path into one: `a.id`, `b[0].theString`. */
function columnOf(event: Event, column: string): Value {
  const direct = event.get(column)
  if (direct !== undefined) return direct
  let value: Value = event
  for (const part of column.split(/[.[\]]+/).filter(part => part !== '')) {
    if (value instanceof Event) value = value.get(part)
    else if (Array.isArray(value)) value = value[Number(part)]
    else return null
  }
  return value ?? null
}
