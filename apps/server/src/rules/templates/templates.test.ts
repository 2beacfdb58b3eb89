import type { Value } from '@ohmstead/model'
import { MemoryStore } from '@ohmstead/telemetry/memory'
import { describe, expect, test } from 'vitest'
import { type Compiled, compileRule } from '../compile.ts'
import { RuleRun } from '../run.ts'
import { vocabularyOf } from '../vocabulary.ts'
import { templates } from './index.ts'

const minuteMs = 60_000
const start = Date.UTC(2026, 0, 12)
const around = {
  zone: 'Europe/Oslo',
  vocabulary: vocabularyOf(new MemoryStore(), 'home'),
  names: { device: (id: string) => id },
}

type Fields = Record<string, Value>

/** A template at work; times are minutes. */
class Story {
  readonly compiled: Compiled
  readonly #run: RuleRun
  readonly #said: string[] = []

  constructor(template: string, parameters: Record<string, unknown>) {
    const definition = { kind: 'template', template, parameters } as const
    const actions = [{ kind: 'alert', severity: 'high' } as const]
    this.compiled = compileRule({ definition, actions }, around)
    this.#run = new RuleRun(this.compiled, around.zone, start)
  }

  at(minute: number, device: string, fields: Fields, measurement = 'electricalMeter'): this {
    this.#run.read({ measurement, device, place: null, time: start + minute * minuteMs, fields })
    return this
  }

  /** What it said by then: `31 raise freezer`, one of several that repeat each other. */
  until(minute: number): string[] {
    this.#run.advance(start + minute * minuteMs)
    expect(this.#run.stopped).toBeNull()
    for (const { time, meaning, row } of this.#run.take())
      this.#said.push(`${(time - start) / minuteMs} ${meaning} ${row.device}`)
    return this.#said
  }
}

const power = (value: number) => ({ power: value })
const raises = (said: string[]) => said.filter(one => one.includes('raise'))

test('each template has a sentence, and says what it looks at', () => {
  expect(templates.map(({ name }) => name)).toEqual([
    'threshold',
    'absence',
    'unusual',
    'finished',
    'leftOn',
    'peak',
    'freezerDoor',
    'stuck',
    'phaseOverload',
  ])
  const story = new Story('threshold', {
    devices: ['freezer'],
    comparison: 'below',
    limit: 2,
    forMinutes: 30,
  })
  expect(story.compiled.sentence).toBe('When *freezer* draws less than 2 W for 30 min, alert *high*.')
  expect(story.compiled.needs).toEqual([
    {
      measurement: 'electricalMeter',
      devices: new Set(['freezer']),
      fields: new Set(['device', 'power', 'time']),
    },
  ])
})

test.each([
  [['a'], '*a*'],
  [['a', 'b'], '*a* or *b*'],
  [['a', 'b', 'c', 'd'], '*a*, *b*, *c* or 1 other'],
  [['a', 'b', 'c', 'd', 'e'], '*a*, *b*, *c* or 2 others'],
])('a rule about %j names %s', (devices, names) => {
  const { sentence } = new Story('absence', { devices, forMinutes: 5 }).compiled
  expect(sentence).toBe(`When ${names} sends nothing for 5 min, alert *high*.`)
})

describe('threshold', () => {
  const make = () =>
    new Story('threshold', { devices: ['a', 'b'], comparison: 'below', limit: 2, forMinutes: 30 })

  test('is raised by the reading that shows that it held for the whole time, and cleared by the first that is back', () => {
    const story = make()
      .at(0, 'a', power(100))
      .at(1, 'a', power(1))
      .at(20, 'a', power(1))
      .at(32, 'a', power(1))
    story.at(40, 'a', power(50))
    expect(story.until(200)).toEqual(['0 clear a', '32 raise a', '40 clear a'])
  })

  test('begins anew when the value was back in between', () => {
    const story = make()
      .at(0, 'a', power(1))
      .at(20, 'a', power(5))
      .at(25, 'a', power(1))
      .at(40, 'a', power(1))
    expect(raises(story.until(50))).toEqual([])
    expect(raises(story.at(56, 'a', power(1)).until(57))).toEqual(['56 raise a'])
  })

  test('silence proves nothing', () => {
    expect(raises(make().at(0, 'a', power(1)).until(500))).toEqual([])
  })

  test('each device is judged by itself, and readings without the field do not matter', () => {
    const story = make().at(0, 'a', power(1)).at(5, 'b', power(1)).at(10, 'a', { voltage: 230 })
    story.at(15, 'b', power(9)).at(31, 'a', power(1)).at(36, 'b', power(1))
    expect(raises(story.until(40))).toEqual(['31 raise a'])
  })

  test('at once, when no time is given', () => {
    const story = new Story('threshold', { devices: ['a'], comparison: 'above', limit: 100 })
    expect(story.at(0, 'a', power(101)).at(1, 'a', power(100)).until(2)).toEqual(['0 raise a', '1 clear a'])
  })
})

test('absence: raised when nothing came, also for one device of several', () => {
  const story = new Story('absence', { devices: ['a', 'b'], forMinutes: 10 })
  story.at(0, 'a', power(1)).at(1, 'b', power(1)).at(8, 'b', power(1)).at(17, 'b', power(1))
  expect(raises(story.until(20))).toEqual(['10 raise a'])
  expect(raises(story.until(30))).toEqual(['10 raise a', '27 raise b'])
})

test('unusual: an hour is compared with the same hour of the days before', () => {
  const story = new Story('unusual', { devices: ['a'], factor: 2 })
  for (let day = 0; day < 5; day++)
    for (let hour = 0; hour < 24; hour++) {
      const usual = hour === 18 ? 2000 : 100
      story.at((day * 24 + hour) * 60 + 30, 'a', power(day === 4 && hour === 3 ? 2000 : usual))
    }
  expect(raises(story.until(5 * 1440 + 60))).toEqual([`${(4 * 24 + 4) * 60} raise a`])
})

test('finished: a pause is not the end', () => {
  const story = new Story('finished', { device: 'washer', runningW: 20, idleMinutes: 5 })
  story
    .at(0, 'washer', power(2000))
    .at(9, 'washer', power(2000))
    .at(10, 'washer', power(3))
    .at(13, 'washer', power(2000))
  story.at(58, 'washer', power(2000)).at(60, 'washer', power(3)).at(61, 'washer', power(3))
  expect(raises(story.until(65))).toEqual([])
  story.at(66, 'washer', power(3))
  expect(raises(story.until(120))).toEqual(['66 raise washer'])
})

test('leftOn: only when nobody was there for the whole time', () => {
  const story = new Story('leftOn', { device: 'iron', presence: 'hall', awayMinutes: 15 })
  const someone = (minute: number, presence: boolean) => story.at(minute, 'hall', { presence }, 'roomSensor')
  someone(0, true)
  story.at(1, 'iron', power(900))
  someone(5, false)
  someone(10, true)
  someone(12, false)
  story.at(21, 'iron', power(900))
  expect(raises(story.until(26))).toEqual([])
  expect(raises(story.at(28, 'iron', power(900)).until(29))).toEqual(['28 raise iron'])
  expect(story.at(30, 'iron', power(0)).until(31)).toContain('30 clear iron')
  expect(raises(story.at(33, 'iron', power(900)).until(34))).toEqual(['28 raise iron', '33 raise iron'])
})

test('peak: the mean over the time counts, not a spike', () => {
  const story = new Story('peak', { devices: ['main'], limitW: 5000, overMinutes: 15 })
  for (let minute = 0; minute < 30; minute++) story.at(minute, 'main', power(minute === 3 ? 20_000 : 4000))
  expect(raises(story.until(30)).every(one => Number(one.split(' ')[0]) < 18)).toBe(true)
  const flat = new Story('peak', { devices: ['main'], limitW: 5000, overMinutes: 15 })
  for (let minute = 0; minute < 30; minute++) flat.at(minute, 'main', power(minute < 10 ? 4000 : 6000))
  expect(raises(flat.until(30))[0]).toBe('17 raise main')
})

test('freezerDoor: warm while the door is open', () => {
  const story = new Story('freezerDoor', { freezer: 'freezer', door: 'door', aboveC: -15, openMinutes: 3 })
  story
    .at(0, 'door', { door: false }, 'roomSensor')
    .at(0, 'freezer', { temperature: -18 }, 'roomSensor')
    .at(1, 'door', { door: true }, 'roomSensor')
  story
    .at(2, 'freezer', { temperature: -14 }, 'roomSensor')
    .at(5, 'freezer', { temperature: -12 }, 'roomSensor')
  expect(raises(story.until(6))).toEqual(['5 raise freezer'])
  expect(story.at(7, 'door', { door: false }, 'roomSensor').until(8)).toContain('7 clear freezer')
  story.at(8, 'door', { door: true }, 'roomSensor').at(9, 'freezer', { temperature: -12 }, 'roomSensor')
  expect(raises(story.until(10))).toHaveLength(1)
})

test('stuck: the same value for hours, though readings come', () => {
  const story = new Story('stuck', { devices: ['room'], hours: 1 })
  for (let minute = 0; minute < 120; minute += 5)
    story.at(minute, 'room', { temperature: minute < 20 ? 20 + minute / 10 : 21 }, 'roomSensor')
  expect(Number(raises(story.until(120))[0].split(' ')[0])).toBeGreaterThanOrEqual(74)
})

test('phaseOverload: any phase, for a while', () => {
  const story = new Story('phaseOverload', { devices: ['main'], limitA: 25, forMinutes: 2 })
  const phases = (minute: number, l1: number, l2: number, l3: number) =>
    story.at(minute, 'main', { currentL1: l1, currentL2: l2, currentL3: l3 })
  phases(0, 10, 26, 10)
  phases(1, 27, 10, 10)
  story.at(1.5, 'main', power(8000))
  phases(3, 27, 10, 10)
  phases(4, 1, 2, 3)
  expect(story.until(10)).toEqual(['3 raise main', '4 clear main'])
})

test('what is wrong with a template’s parameters is named', () => {
  expect(() => new Story('threshold', { devices: [], comparison: 'below', limit: 2 })).toThrow(
    expect.objectContaining({ field: 'definition.parameters.devices' }),
  )
  expect(() => new Story('nothing', {})).toThrow(expect.objectContaining({ field: 'definition.template' }))
  expect(
    () => new Story('threshold', { devices: ['a'], comparison: 'above', limit: 1, field: 'pover' }),
  ).toThrow(expect.objectContaining({ code: 'OHM_RULE_FAULT' }))
})
