import { FakeClock } from '@ohmstead/testkit'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Said, SaidKind } from '../edges.ts'
import type { AlertStore, Pruning, RuleOfRecord } from './alertStore.ts'
import { keepAlerts } from './keepAlerts.ts'
import { openSqliteAlertStore } from './sqliteAlertStore.ts'

const start = Date.UTC(2024, 0, 1)
const dayMs = 86_400_000
const keepDays = 100
const of: RuleOfRecord = { site: 'home', rule: 'off', version: 1, severity: 'high', sentence: 'When …' }

let clock: FakeClock
let alerts: AlertStore
let told: Pick<Pruning, 'told' | 'hooks'>

beforeEach(() => {
  clock = new FakeClock(start)
  alerts = openSqliteAlertStore(':memory:', () => clock.now())
  told = { told: Number.MAX_SAFE_INTEGER, hooks: [] }
})
afterEach(() => alerts[Symbol.dispose]())

const id = (kind: SaidKind, key: string, day: number) => `${kind} ${key} ${day}`
function say(kind: SaidKind, key: string, day: number, rule = 'off'): void {
  const time = start + day * dayMs
  const said: Said = {
    ...{ id: id(kind, key, day), site: 'home', rule, version: 1, kind, key, device: key, time, row: {} },
  }
  alerts.record({ ...of, rule }, [said], time)
}
const saidNow = () =>
  alerts
    .said('home', { limit: 100_000 })
    .map(one => one.id)
    .toReversed()
const alertsNow = () =>
  alerts
    .alerts('home', { limit: 100_000 })
    .map(({ key }) => key)
    .toSorted()

/** Says what is given on its day, then waits until a look, so many days after the start. */
async function lookAt(day: number): Promise<void> {
  await clock.advance(start + day * dayMs - clock.now())
  const end = keepAlerts({
    ...{ alerts, told: () => told, keepDays, clock, log: pino({ level: 'silent' }) },
  })
  await clock.advance(120_000)
  end()
}

test('what is over for longer than it is kept goes, the rest stays', async () => {
  say('raised', 'old', 0)
  say('cleared', 'old', 1)
  say('event', 'x', 1)
  await clock.advance(50 * dayMs)
  say('raised', 'young', 50)
  say('cleared', 'young', 51)
  say('event', 'x', 50)
  await lookAt(120)
  expect(alertsNow()).toEqual(['young'])
  expect(saidNow()).toEqual([id('raised', 'young', 50), id('cleared', 'young', 51), id('event', 'x', 50)])
})

test('an open alert stays with all that was said of it, and is cleared as ever', async () => {
  say('raised', 'a', 0)
  say('cleared', 'a', 1)
  say('raised', 'a', 2)
  await lookAt(500)
  expect(alertsNow()).toEqual(['a'])
  expect(saidNow()).toEqual([id('raised', 'a', 2)])
  const [open] = alerts.alerts('home')
  say('cleared', 'a', 500)
  expect(alerts.alert('home', open.id)).toMatchObject({ clearedAt: start + 500 * dayMs, clearedBy: 'rule' })
})

test('an alert that began long ago and ended a while ago can still be judged again', async () => {
  say('raised', 'a', 0)
  await clock.advance(395 * dayMs)
  say('cleared', 'a', 395)
  await lookAt(400)
  // A late reading told that it was not over.
  alerts.revise(of, [], start + 394 * dayMs, start + 399 * dayMs)
  expect(alerts.alerts('home')).toMatchObject([{ raisedAt: start, clearedAt: null }])
})

test('what the bus or a webhook has still to be told stays; other rules are not held up by it', async () => {
  say('event', 'a', 0)
  say('event', 'b', 0, 'other')
  say('event', 'c', 0)
  say('event', 'd', 0, 'other')
  const seqOf = (at: number) => alerts.after(0)[at].seq
  told = {
    told: seqOf(2),
    hooks: [{ reader: 'webhook home/off https://example.org', site: 'home', rule: 'off', seq: seqOf(0) }],
  }
  await lookAt(200)
  expect(saidNow()).toEqual([id('event', 'c', 0), id('event', 'd', 0)])
})

test('what became known lately stays, however old its time is', async () => {
  await clock.advance(300 * dayMs)
  say('event', 'late', 0)
  await lookAt(301)
  expect(saidNow()).toEqual([id('event', 'late', 0)])
})

test('many are forgotten part by part', async () => {
  for (let at = 0; at < 2500; at++) say('event', `${at}`, 0)
  say('raised', 'open', 0)
  const sizes: number[] = []
  const prune = alerts.prune.bind(alerts)
  alerts.prune = what => {
    const next = prune(what)
    sizes.push(saidNow().length)
    return next
  }
  await lookAt(200)
  expect(sizes).toEqual([1501, 501, 1])
  expect(saidNow()).toEqual([id('raised', 'open', 0)])
})

test('where removed webhooks stood is forgotten, where others stand is not', async () => {
  say('event', 'a', 0)
  const gone = 'webhook home/off https://gone.example.org'
  const here = 'webhook home/off https://here.example.org'
  for (const reader of [gone, here, 'bus']) alerts.position(reader, 1)
  await clock.advance(150 * dayMs)
  say('event', 'b', 150)
  told = { told: 2, hooks: [{ reader: here, site: 'home', rule: 'off', seq: 1 }] }
  await lookAt(151)
  expect(alerts.position(here, 99)).toBe(1)
  expect(alerts.position('bus', 99)).toBe(1)
  expect(alerts.position(gone, 99)).toBe(99)
})

test('a failure is tried again at the next look', async () => {
  let looks = 0
  const end = keepAlerts({
    alerts: {
      prune() {
        looks++
        throw new Error('the disk is full')
      },
    },
    ...{ told: () => told, keepDays, clock, log: pino({ level: 'silent' }) },
  })
  await clock.advance(dayMs)
  expect(looks).toBe(4)
  end()
  await clock.advance(dayMs)
  expect(looks).toBe(4)
})
