import { FakeClock } from '@ohmstead/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { EventHub } from '../events.ts'
import type { AlertStore, RuleOfRecord } from './alerts/alertStore.ts'
import { openSqliteAlertStore } from './alerts/sqliteAlertStore.ts'
import type { Said } from './edges.ts'
import { Publisher } from './publisher.ts'

const of: RuleOfRecord = {
  ...{ site: 'home', rule: 'cold', version: 1, severity: 'high', sentence: 'When it is cold' },
}

let clock: FakeClock
let alerts: AlertStore
let events: EventHub
let sent: { topic: string; body: Record<string, unknown> }[]
let isDown: boolean
let publisher: Publisher

const open = () =>
  new Publisher({
    ...{ alerts, events, clock, topicOf: () => 'cold' },
    async send(topic, payload) {
      if (isDown) throw new Error('the bus is closed')
      sent.push({ topic, body: JSON.parse(payload) })
    },
  })

beforeEach(() => {
  clock = new FakeClock()
  alerts = openSqliteAlertStore(':memory:', () => clock.now())
  events = new EventHub(0)
  sent = []
  isDown = false
  publisher = open()
})
afterEach(async () => {
  await publisher.close()
  alerts[Symbol.dispose]()
})

function say(kind: Said['kind'], id: string, key = 'freezer'): void {
  const said: Said = { ...of, id, kind, key, device: null, time: clock.now(), row: {} }
  publisher.told(alerts.record(of, [said], clock.now()))
}

const turn = () => clock.advance(0)
const ids = () => sent.map(({ body }) => body.id)

test('events go to their topic, alerts to that of the site, each in the order in which they became known', async () => {
  say('event', 'a')
  say('raised', 'b')
  await turn()
  expect(sent.map(({ topic, body }) => [topic, body.id])).toEqual([
    ['sites/home/events/cold', 'a'],
    ['sites/home/alerts', 'b'],
  ])
})

test('what the bus does not take is sent later, before what came after it', async () => {
  isDown = true
  say('event', 'a')
  await turn()
  say('event', 'b')
  await turn()
  expect(publisher.seq).toBe(0)
  isDown = false
  await clock.advance(60_000)
  expect(ids()).toEqual(['a', 'b'])
  expect(publisher.seq).toBe(alerts.lastSeq)
})

test('what the bus had not taken when it closed is sent after the next start', async () => {
  isDown = true
  say('event', 'a')
  await turn()
  await publisher.close()
  isDown = false
  publisher = open()
  publisher.wake()
  await turn()
  expect(ids()).toEqual(['a'])
})

test('an alert that is over is told as such, however many others its rule has raised since', async () => {
  say('raised', 'old')
  for (let i = 0; i < 120; i++) say('raised', `new-${i}`, `other-${i}`)
  await clock.advance(1000)
  sent = []
  say('cleared', 'end')
  await turn()
  expect(sent.map(({ body }) => [body.id, body.state])).toEqual([['old', 'cleared']])
})
