import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Fixture, fixture, site } from '../fixture.ts'

let the: Fixture
let home: Awaited<ReturnType<typeof site>>
let url: string
beforeAll(async () => {
  the = await fixture()
  home = await site(the, 'home')
  url = await the.api.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => the[Symbol.asyncDispose]())

async function open(query = '', headers: Record<string, string> = {}) {
  const here = new AbortController()
  const response = await fetch(`${url}/api/sites/home/stream${query}`, {
    headers: { authorization: home.viewer.authorization, ...headers },
    signal: here.signal,
  })
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return {
    response,
    /** Reads on until this has arrived. */
    async until(wanted: string): Promise<string> {
      while (!text.includes(wanted)) {
        const { done, value } = await reader.read()
        if (done) throw new Error(`ended after ${text}`)
        text += value
      }
      return text
    },
    close: () => here.abort(),
  }
}

test('events arrive, filtered, and a reader can resume', async () => {
  const one = await open('?types=readings,quarantine&device=fridge')
  expect(one.response.headers.get('content-type')).toContain('text/event-stream')
  expect(one.response.headers.get('x-content-type-options')).toBe('nosniff')
  await one.until('retry:')
  the.events.publish('home', 'readings', [{ device: 'heater' }, { device: 'fridge', time: 1 }])
  the.events.publish('home', 'presence', { device: 'fridge' })
  the.events.publish('home', 'readings', [{ device: 'heater' }])
  the.events.publish('home', 'quarantine', { device: 'fridge', reason: 'seen' })
  const text = await one.until('seen')
  expect(text).toContain('data: [{"device":"fridge","time":1}]')
  expect(text).not.toContain('heater')
  expect(text).not.toContain('presence')
  one.close()

  const [, id] = /id: (\d+)\nevent: readings/.exec(text)!
  const two = await open('', { 'last-event-id': id! })
  const resumed = await two.until('seen')
  expect(resumed).toContain('event: presence')
  expect(resumed).not.toContain('"time":1')
  two.close()
})

test.each(['?types=weather', '?lastEventId=x'])('%s is refused', async query => {
  const answer = await the.api.inject({
    url: `/api/sites/home/stream${query}`,
    headers: { authorization: home.viewer.authorization },
  })
  expect(answer.statusCode).toBe(400)
})

test('the server closes though somebody is listening', async () => {
  const other = await fixture()
  const there = await site(other, 'home')
  const address = await other.api.listen({ host: '127.0.0.1', port: 0 })
  const response = await fetch(`${address}/api/sites/home/stream`, {
    headers: { authorization: there.viewer.authorization },
  })
  await other[Symbol.asyncDispose]()
  expect(await response.text()).toContain('retry:')
})

test('what was refused lately is listed', async () => {
  the.ingest.entries = [
    {
      id: 1,
      time: 1,
      site: 'home',
      device: 'fridge',
      via: 'mqtt',
      field: 'fields.power',
      reason: 'is not finite',
      sample: '{}',
    },
    { id: 2, time: 2, site: 'other', device: 'fridge', via: 'mqtt', field: 'x', reason: 'y', sample: '{}' },
  ]
  const answer = await the.api.inject({
    url: '/api/sites/home/quarantine',
    headers: { authorization: home.viewer.authorization },
  })
  expect(answer.json()).toEqual({ items: [the.ingest.entries[0]] })
})

test('who was heard is listed', async () => {
  the.services.presence.seen('home', 'fridge', 5)
  const answer = await the.api.inject({
    url: '/api/sites/home/presence',
    headers: { authorization: home.viewer.authorization },
  })
  expect(answer.json()).toEqual({ items: [{ device: 'fridge', lastSeen: 5, connected: null }] })
})
