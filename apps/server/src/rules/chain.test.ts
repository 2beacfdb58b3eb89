import type { Rule, Value } from '@ohmstead/model'
import { MemoryStore } from '@ohmstead/telemetry/memory'
import { expect, test } from 'vitest'
import { compileRule } from './compile.ts'
import { RuleRun } from './run.ts'
import { SiteRules } from './siteRules.ts'
import { vocabularyOf } from './vocabulary.ts'

const start = Date.UTC(2026, 0, 12)
const minuteMs = 60_000

const rule = (id: string, text: string): Rule => ({
  ...{ id, site: 'home', name: id, enabled: true, version: 1, changedAt: 0 },
  definition: { kind: 'epl', text },
  actions: [{ kind: 'event' }],
})

/** The last of some rules over readings; the others are those of the site. */
function run(rules: readonly Rule[]) {
  const compiled = compileRule(rules.at(-1)!, {
    zone: 'UTC',
    vocabulary: vocabularyOf(new MemoryStore(), 'home'),
    names: { device: id => id },
    rules: new SiteRules(rules),
  })
  const running = new RuleRun(compiled, 'UTC', start)
  return {
    compiled,
    running,
    at(minute: number, device: string, fields: Record<string, Value>) {
      const time = start + minute * minuteMs
      running.read({ measurement: 'electricalMeter', device, place: null, time, fields })
    },
    /** `5 {"total":3}`: rows by then, each with its minute. */
    until(minute: number): string[] {
      running.advance(start + minute * minuteMs)
      return running.take().map(({ time, row }) => `${(time - start) / minuteMs} ${JSON.stringify(row)}`)
    },
  }
}

test('a row goes to who looks at it after the event that it follows from, and before the next', () => {
  const { at, until } = run([
    rule('twice', 'insert into Twice select device, power * 2 as value from electricalMeter'),
    rule(
      'both',
      'select m.power as power, t.value as value from electricalMeter#lastevent as m, Twice#lastevent as t',
    ),
  ])
  at(1, 'a', { power: 1 })
  at(1, 'a', { power: 2 })
  expect(until(2)).toEqual(['1 {"power":1,"value":2}', '1 {"power":2,"value":2}', '1 {"power":2,"value":4}'])
})

test('what falls due by the clock comes at its own time, however far the clock is moved at once', () => {
  const { at, until } = run([
    rule('five', 'insert into Five select sum(power) as total from electricalMeter#time_batch(5 min, 0L)'),
    rule('raised', 'insert into Raised select total from Five(total > 10)'),
    rule(
      'quiet',
      'select r.total as total from pattern [every r=Raised -> (timer:interval(7 min) and not Raised)]',
    ),
  ])
  for (let minute = 0; minute < 10; minute++) at(minute, 'a', { power: 3 })
  expect(until(60)).toEqual(['17 {"total":15}'])
})

test('each link remembers and needs its own, and the rule all of it', () => {
  const { compiled } = run([
    rule(
      'a',
      "insert into A select device, avg(power) as power from electricalMeter(device = 'a')#time(1 hour) group by device",
    ),
    rule('b', "select a.power as power from A#time(10 min) as a, roomSensor(device = 'b')#time(1 min) as r"),
  ])
  expect(compiled.origin).toBe('a@1')
  expect(compiled.needs.map(({ measurement, devices }) => [measurement, [...devices!]])).toEqual([
    ['electricalMeter', ['a']],
    ['roomSensor', ['b']],
  ])
  expect(compiled.bounded).toBe(true)
  expect(compiled.memoryMs).toBeGreaterThanOrEqual(71 * minuteMs)
  expect(
    run([
      rule('c', 'insert into C select power from electricalMeter#length(3)'),
      rule('d', 'select power from C'),
    ]).compiled.bounded,
  ).toBe(false)
})

test('one rule looks at no more than twenty others', () => {
  const makers = Array.from({ length: 21 }, (_, n) =>
    rule(`maker-${n}`, 'insert into Rows select device from electricalMeter'),
  )
  const user = rule('user', 'select device from Rows')
  expect(() => run([...makers, user])).toThrow('looks at streams of more than 20 other rules')
  expect(run([...makers.slice(1), user]).compiled.links).toHaveLength(21)
})
