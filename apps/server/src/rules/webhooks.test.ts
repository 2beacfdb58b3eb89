import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { FakeClock } from '@ohmstead/testkit'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isPublic } from './addressGuard.ts'
import type { AlertStore } from './alerts/alertStore.ts'
import { openSqliteAlertStore } from './alerts/sqliteAlertStore.ts'
import type { Said } from './edges.ts'
import { poster, Webhooks, webhookKey } from './webhooks.ts'

const hook = { site: 'home', rule: 'cold', url: 'https://example.org/hook' }
const of = { site: 'home', rule: 'cold', version: 1, severity: null, sentence: '' }

let clock: FakeClock
let alerts: AlertStore
let posts: { body: { id: string }; headers: Record<string, string> }[]
let answer: number
let webhooks: Webhooks

const open = () =>
  new Webhooks({
    ...{ alerts, clock, secret: 'only for tests', log: pino({ level: 'silent' }) },
    async post(_url, body, headers) {
      posts.push({ body: JSON.parse(body), headers })
      return answer
    },
  })

beforeEach(() => {
  clock = new FakeClock()
  alerts = openSqliteAlertStore(':memory:', () => clock.now())
  posts = []
  answer = 204
  webhooks = open()
  webhooks.set('home', [hook])
})
afterEach(async () => {
  await webhooks.close()
  alerts[Symbol.dispose]()
})

function say(id: string): void {
  const said: Said = {
    ...{ id, site: 'home', rule: 'cold', version: 1, kind: 'event', key: '', device: null },
    time: clock.now(),
    row: { value: 1 },
  }
  alerts.record(of, [said], clock.now())
  webhooks.wake('home')
}

const ids = () => posts.map(({ body }) => body.id)
const turn = () => clock.advance(0)

test('what a rule says is posted in its order, with a signature that its receiver can check', async () => {
  say('a')
  say('b')
  await turn()
  expect(ids()).toEqual(['a', 'b'])
  const [{ body, headers }] = posts
  const [, time, hex] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(headers['ohmstead-signature'])!
  const expected = createHmac('sha256', webhookKey('only for tests', 'home')).update(
    `${time}.${JSON.stringify(body)}`,
  )
  expect(hex).toBe(expected.digest('hex'))
  expect(webhookKey('only for tests', 'office')).not.toBe(webhookKey('only for tests', 'home'))
})

test('what was not taken is sent again, ever more rarely, before what came later', async () => {
  answer = 503
  say('a')
  await turn()
  say('b')
  await clock.advance(1_000)
  await clock.advance(2_000)
  expect(ids()).toEqual(['a', 'a', 'a'])
  answer = 200
  await clock.advance(4_000)
  expect(ids()).toEqual(['a', 'a', 'a', 'a', 'b'])
})

test('after a restart it goes on where it was', async () => {
  say('a')
  await turn()
  answer = 500
  say('b')
  await turn()
  await webhooks.close()
  answer = 200
  webhooks = open()
  webhooks.set('home', [hook])
  await turn()
  expect(ids()).toEqual(['a', 'b', 'b'])
})

test('a new webhook is told what comes, not what was', async () => {
  say('a')
  await turn()
  webhooks.set('home', [hook, { ...hook, url: 'https://example.org/other' }])
  say('b')
  await turn()
  expect(ids()).toEqual(['a', 'b', 'b'])
})

test.each([
  ['127.0.0.1', false],
  ['10.1.2.3', false],
  ['172.31.0.1', false],
  ['192.168.1.1', false],
  ['169.254.169.254', false],
  ['0.0.0.0', false],
  ['::1', false],
  ['fd00::1', false],
  ['fe80::1', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:7f00:1', false],
  ['not an address', false],
  ['9.9.9.9', true],
  ['2620:fe::fe', true],
])('%s is public: %s', (address, expected) => {
  expect(isPublic(address)).toBe(expected)
})

test('addresses inside are refused, as a number and behind a name, unless they are allowed', async () => {
  const heard: string[] = []
  const server = createServer((request, response) => {
    heard.push(String(request.headers['ohmstead-id']))
    response.writeHead(302, { location: '/elsewhere' }).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]'])
    await expect(poster(false)(`http://${host}:${port}/`, '{}', {})).rejects.toMatchObject({
      code: 'OHM_ADDRESS_REFUSED',
    })
  expect(await poster(true)(`http://127.0.0.1:${port}/`, '{}', { 'ohmstead-id': 'x' })).toBe(302)
  expect(heard).toEqual(['x'])
  server.close()
})
