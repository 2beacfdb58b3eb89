import { copyFileSync, readFileSync } from 'node:fs'
import { FakeClock, tempFolder } from '@ohmstead/testkit'
import { afterAll, describe, expect, test } from 'vitest'
import { openTest, until } from '../test/openTest.ts'
import { RawClient } from '../test/rawClient.ts'
import { type InboundMessage, openBroker } from './index.ts'

const folder = tempFolder()
afterAll(() => folder[Symbol.dispose]())
let serial = 0
const newFile = () => `${folder.path}/${serial++}.sqlite`

const status = 'sites/home/devices/meter/status'
const will = { topic: status, payload: Buffer.from('offline'), qos: 1 as const, retain: true }

describe('being let in', () => {
  test('with credentials that the hook accepts', async () => {
    await using t = await openTest()
    const client = await RawClient.open(t.port, { clientId: 'm', username: 'home/meter', password: 'x' })
    expect(t.broker.sessions()).toMatchObject([
      {
        clientId: 'm',
        username: 'home/meter',
        principal: 'home/meter',
        transport: 'tcp',
        address: '127.0.0.1',
      },
    ])
    expect(t.broker.sessions()[0]).not.toHaveProperty('password', expect.anything())
    client.end()
  })

  test('a stranger gets CONNACK 5', async () => {
    await using t = await openTest()
    const client = new RawClient(t.port)
    expect((await client.connect({ username: 'stranger' })).returnCode).toBe(5)
    await client.closed
    expect(t.broker.stats().refused).toEqual({ credentials: 1 })
  })

  test('guessing is slowed down for the address and user that guess, not for others', async () => {
    await using t = await openTest({
      hooks: {
        authenticate: async ({ username, password }) => (password?.toString() === 'right' ? username! : null),
      },
    })
    const attempt = async (username: string, password: string) => {
      const client = new RawClient(t.port)
      const { returnCode } = await client.connect({ username, password })
      client.end()
      return returnCode
    }
    for (let i = 0; i < 6; i++) expect(await attempt('a', `guess ${i}`)).toBe(5)
    expect(await attempt('a', 'right')).toBe(5)
    expect(await attempt('b', 'right')).toBe(0)
    expect(t.broker.stats().refused).toEqual({ credentials: 6, throttled: 1 })
  })

  test('a hook that cannot tell says "not now", CONNACK 3', async () => {
    await using t = await openTest({
      hooks: { authenticate: async () => await Promise.reject(new Error('registry is away')) },
    })
    expect((await new RawClient(t.port).connect()).returnCode).toBe(3)
    expect(t.troubles).toHaveLength(1)
  })

  test('MQTT 5 gets CONNACK 1, in the form that every version reads', async () => {
    await using t = await openTest()
    const client = new RawClient(t.port)
    const bytes = new Promise<Buffer>(resolve => client.socket.once('data', resolve))
    client.write(0x10, 14, '\0\x04MQTT', 5, 2, 0, 60, 0, 0, 1, 'c')
    expect(await bytes).toEqual(Buffer.from([0x20, 2, 0, 1]))
    await client.closed
  })

  test('a client id may have 128 characters, not 129, and one is made up for none', async () => {
    await using t = await openTest()
    expect((await new RawClient(t.port).connect({ clientId: 'x'.repeat(128) })).returnCode).toBe(0)
    expect((await new RawClient(t.port).connect({ clientId: 'x'.repeat(129) })).returnCode).toBe(2)
    expect((await new RawClient(t.port).connect({ clientId: '' })).returnCode).toBe(0)
    expect((await new RawClient(t.port).connect({ clientId: '' })).returnCode).toBe(0)
    expect(t.broker.sessions()).toHaveLength(3)
  })

  test.each([
    ['a wildcard', 'a/+'],
    ['a reserved one', '$SYS/x'],
    ['too deep a one', 'a/'.repeat(17)],
  ])('a will needs a topic, not %s', async (_name, topic) => {
    await using t = await openTest()
    await expect(new RawClient(t.port).connect({ will: { ...will, topic } })).rejects.toThrow(/closed/)
    expect(t.broker.stats().violations).toEqual({ 'bad-topic': 1 })
  })

  test('a will needs the right to publish it', async () => {
    await using t = await openTest()
    expect(
      (await new RawClient(t.port).connect({ will: { ...will, topic: 'forbidden/x' } })).returnCode,
    ).toBe(5)
  })

  test('packets sent before CONNACK are kept, in order', async () => {
    await using t = await openTest({
      hooks: { authenticate: async () => await new Promise(resolve => setImmediate(() => resolve('late'))) },
    })
    const client = new RawClient(t.port)
    client.send({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clientId: 'c',
      clean: true,
      keepalive: 0,
    })
    for (const id of [1, 2, 3]) client.publish('a/readings', `${id}`, { qos: 1, id })
    expect((await client.next('connack')).returnCode).toBe(0)
    for (const id of [1, 2, 3]) expect((await client.next('puback')).messageId).toBe(id)
    expect(t.taken.map(({ payload }) => payload.toString())).toEqual(['1', '2', '3'])
  })
})

describe('a client id belongs to the credential', () => {
  test('another user with the same id is another session, and takes over nothing', async () => {
    await using t = await openTest()
    const first = await RawClient.open(t.port, { clientId: 'same', username: 'a', clean: false })
    await first.subscribe('x', 1)
    const second = await RawClient.open(t.port, { clientId: 'same', username: 'b', clean: false })
    expect((await first.settled()).length).toBe(0)
    expect(t.broker.sessions().map(({ username }) => username)).toEqual(['a', 'b'])
    t.broker.bus.publish('x', 'for a')
    expect((await first.next('publish')).payload.toString()).toBe('for a')
    expect(await second.settled()).toEqual([])
  })

  test('no user name can be made to look like another’s key', async () => {
    await using t = await openTest()
    const first = await RawClient.open(t.port, { clientId: 'b|c', username: 'a' })
    const second = await RawClient.open(t.port, { clientId: 'c', username: 'a|b' })
    expect(t.broker.sessions()).toHaveLength(2)
    expect([first.isClosed, second.isClosed]).toEqual([false, false])
  })

  test('the same user takes over its own', async () => {
    await using t = await openTest()
    const first = await RawClient.open(t.port, { clientId: 'same', username: 'a' })
    await RawClient.open(t.port, { clientId: 'same', username: 'a' })
    await first.closed
    await until(() => t.ended.length === 1)
    expect(t.ended.map(({ reason }) => reason)).toEqual(['taken-over'])
    expect(t.broker.sessions()).toHaveLength(1)
  })
})

describe('before a client is known', () => {
  test.each([
    ['an announced 200 MB packet', [0x30, 0x80, 0x84, 0xaf, 0x5f], 'unexpected-packet'],
    ['an announced 200 MB CONNECT', [0x10, 0x80, 0x84, 0xaf, 0x5f], 'too-large'],
    ['a CONNECT of 60 kB', [0x10, 0xe0, 0xd4, 0x03], 'too-large'],
    ['a length that does not end', [0x10, 0xff, 0xff, 0xff, 0xff, 0x01], 'malformed'],
    ['HTTP', [...Buffer.from('GET / HTTP/1.1\r\n')], 'unexpected-packet'],
    ['another packet first', [0xc0, 0], 'unexpected-packet'],
  ])('%s is closed at once, nothing is held', async (_name, bytes, violation) => {
    await using t = await openTest()
    const client = new RawClient(t.port)
    client.write(Buffer.from(bytes))
    await client.closed
    expect(t.broker.stats()).toMatchObject({
      violations: { [violation]: 1 },
      partialBytes: 0,
      connections: 0,
    })
  })

  test('only so much may follow a CONNECT before its answer', async () => {
    await using t = await openTest({ hooks: { authenticate: () => new Promise(() => {}) } })
    const client = new RawClient(t.port)
    client.send({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clientId: 'c',
      clean: true,
      keepalive: 0,
    })
    client.write(Buffer.alloc(20_000, 0x30))
    await client.closed
    expect(t.broker.stats().violations).toEqual({ 'too-large': 1 })
  })

  test('a socket that says nothing, or half a CONNECT, is closed after five seconds', async () => {
    const clock = new FakeClock()
    await using t = await openTest({ clock })
    const silent = new RawClient(t.port)
    const slow = new RawClient(t.port)
    slow.write(0x10, 20, 0, 4)
    await until(() => t.broker.stats().unauthenticated === 2 && t.broker.stats().partialBytes > 0)
    await clock.advance(4500)
    expect([silent.isClosed, slow.isClosed]).toEqual([false, false])
    await clock.advance(750)
    await Promise.all([silent.closed, slow.closed])
    expect(t.broker.stats()).toMatchObject({
      refused: { 'connect-timeout': 2 },
      connections: 0,
      unauthenticated: 0,
      partialBytes: 0,
    })
    await clock.advance(2000)
  })

  test('sockets are counted, in all and by address; known clients do not count as strangers', async () => {
    await using t = await openTest({ limits: { maxUnauthenticatedPerAddress: 3, maxConnections: 5 } })
    const strangers = [1, 2, 3].map(() => new RawClient(t.port))
    await until(() => t.broker.stats().unauthenticated === 3)
    await new RawClient(t.port).closed
    for (const [at, stranger] of strangers.entries()) await stranger.connect({ clientId: `c${at}` })
    expect(t.broker.stats()).toMatchObject({ unauthenticated: 0, sessions: 3, refused: { 'too-many': 1 } })
    await RawClient.open(t.port, { clientId: 'd' })
    await RawClient.open(t.port, { clientId: 'e' })
    await new RawClient(t.port).closed
    strangers[0].end()
    await until(() => t.broker.stats().connections === 4)
    await RawClient.open(t.port, { clientId: 'f' })
  })
})

describe('what a client may not send', () => {
  const cases: [string, Buffer, string][] = [
    ['NUL in a topic', Buffer.from([0x30, 5, 0, 3, 0x61, 0, 0x62]), 'bad-text'],
    ['a topic that is not UTF-8', Buffer.from([0x30, 4, 0, 2, 0xff, 0xfe]), 'bad-text'],
    ['an empty topic', Buffer.from([0x30, 2, 0, 0]), 'bad-topic'],
    ['a wildcard in a topic', Buffer.from([0x30, 5, 0, 3, ...Buffer.from('a/+')]), 'bad-topic'],
    ['a $ topic', Buffer.from([0x30, 6, 0, 4, ...Buffer.from('$SYS')]), 'bad-topic'],
    [
      '200 levels',
      Buffer.concat([
        Buffer.from([0x30, 0x91, 0x03, 0x01, 0x8f]),
        Buffer.from('a/'.repeat(200).slice(0, 399)),
      ]),
      'bad-topic',
    ],
    ['a topic past the end', Buffer.from([0x30, 4, 0, 9, 0x61, 0x61]), 'malformed'],
    ['no room for a topic', Buffer.from([0x30, 1, 0]), 'malformed'],
    ['QoS 3', Buffer.from([0x36, 5, 0, 1, 0x61, 0, 1]), 'malformed'],
    ['DUP with QoS 0', Buffer.from([0x38, 3, 0, 1, 0x61]), 'malformed'],
    ['packet id 0', Buffer.from([0x32, 5, 0, 1, 0x61, 0, 0]), 'malformed'],
    ['no packet id', Buffer.from([0x32, 3, 0, 1, 0x61]), 'malformed'],
    [
      'a second CONNECT',
      Buffer.from([0x10, 13, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 0, 0, 1, 0x61]),
      'unexpected-packet',
    ],
    ['a server’s packet', Buffer.from([0x20, 2, 0, 0]), 'unexpected-packet'],
    ['type 0', Buffer.from([0x00, 0]), 'unexpected-packet'],
    ['type 15', Buffer.from([0xf0, 0]), 'unexpected-packet'],
    ['the filter a+', Buffer.from([0x82, 7, 0, 1, 0, 2, 0x61, 0x2b, 0]), 'bad-filter'],
    ['the filter #/a', Buffer.from([0x82, 8, 0, 1, 0, 3, 0x23, 0x2f, 0x61, 0]), 'bad-filter'],
    ['no filter', Buffer.from([0x82, 2, 0, 1]), 'malformed'],
    ['SUBSCRIBE without its flag', Buffer.from([0x80, 6, 0, 1, 0, 1, 0x61, 0]), 'malformed'],
    ['PUBREL without its flag', Buffer.from([0x60, 2, 0, 1]), 'malformed'],
    ['a PUBACK of three bytes', Buffer.from([0x40, 3, 0, 1, 0]), 'malformed'],
    ['a PINGREQ with a body', Buffer.from([0xc0, 1, 0]), 'malformed'],
    ['more than 256 kB', Buffer.from([0x30, 0x81, 0x80, 0x10]), 'too-large'],
  ]

  test.each(cases)('%s', async (_name, bytes, violation) => {
    await using t = await openTest()
    const client = await RawClient.open(t.port)
    client.write(bytes)
    await client.closed
    expect(t.broker.stats().violations).toEqual({ [violation]: 1 })
    expect(t.ended.map(({ reason }) => reason)).toEqual(['violation'])
    expect([...t.taken, ...t.passed]).toEqual([])
  })

  test('what came before it in the same read still counts', async () => {
    await using t = await openTest()
    const client = await RawClient.open(t.port)
    client.write(
      Buffer.from([0x30, 14, 0, 10, ...Buffer.from('a/readings'), 0x31, 0x32]),
      Buffer.from([0xf0, 0]),
    )
    await client.closed
    expect(t.taken.map(({ payload }) => payload.toString())).toEqual(['12'])
  })

  test('a packet of exactly 256 kB may come', async () => {
    await using t = await openTest()
    const client = await RawClient.open(t.port)
    client.publish('a/readings', Buffer.alloc(256 * 1024 - 14, 1), { qos: 1, id: 1 })
    await client.next('puback')
    expect(t.taken[0].payload.length).toBe(256 * 1024 - 14)
  })

  test('unfinished packets of all clients together are bounded', async () => {
    await using t = await openTest({ limits: { maxPartialBytes: 300_000 } })
    const half = Buffer.concat([Buffer.from([0x30, 0x80, 0xf0, 0x0e]), Buffer.alloc(100_000)])
    const first = await RawClient.open(t.port, { clientId: 'a' })
    first.write(half)
    await until(() => t.broker.stats().partialBytes > 50_000)
    const second = await RawClient.open(t.port, { clientId: 'b' })
    second.write(half)
    await second.closed
    expect(first.isClosed).toBe(false)
    expect(t.ended.map(({ reason }) => reason)).toEqual(['overload'])
    first.end()
    await until(() => t.broker.stats().connections === 0)
    expect(t.broker.stats().partialBytes).toBe(0)
  })

  test('a packet that never ends is not waited for', async () => {
    const clock = new FakeClock()
    await using t = await openTest({ clock })
    const client = await RawClient.open(t.port)
    client.write(0x30, 100, 0)
    await until(() => t.broker.stats().partialBytes > 0)
    await clock.advance(30_500)
    await client.closed
    expect(t.broker.stats().violations).toEqual({ 'slow-packet': 1 })
  })
})

describe('a denied publish', () => {
  test('ends the connection without an acknowledgement, and the client has to stay away for longer each time', async () => {
    const clock = new FakeClock()
    await using t = await openTest({ clock })
    const offend = async () => {
      const client = await RawClient.open(t.port, { clientId: 'm', username: 'a' })
      client.publish('forbidden/x', 'p', { qos: 1, id: 1 })
      await client.closed
      expect(client.received).toEqual([])
    }
    const refused = async () =>
      (await new RawClient(t.port).connect({ clientId: 'm', username: 'a' })).returnCode
    await offend()
    expect(await refused()).toBe(5)
    await clock.advance(1000)
    await offend()
    await clock.advance(1000)
    expect(await refused()).toBe(5)
    await clock.advance(1000)
    await RawClient.open(t.port, { clientId: 'm', username: 'a' })
    expect(t.broker.stats()).toMatchObject({ deniedPublishes: 2, refused: { quarantined: 2 } })
  })

  test('concerns that client only, and can be pardoned', async () => {
    await using t = await openTest()
    const client = await RawClient.open(t.port, { clientId: 'm', username: 'a' })
    client.publish('forbidden/x', 'p')
    await client.closed
    await RawClient.open(t.port, { clientId: 'n', username: 'a' })
    expect(t.broker.stats().quarantined).toBe(1)
    t.broker.pardon('a', 'm')
    await RawClient.open(t.port, { clientId: 'm', username: 'a' })
  })
})

describe('subscriptions', () => {
  test('that are denied get 0x80, the others of the same packet are in effect', async () => {
    await using t = await openTest({ file: newFile() })
    const client = await RawClient.open(t.port, { clean: false, username: 'u' })
    const subscriptions = ['a', 'forbidden/#', '$SYS/#', 'b'].map(topic => ({ topic, qos: 1 as const }))
    client.send({ cmd: 'subscribe', messageId: 5, subscriptions })
    expect((await client.next('suback')).granted).toEqual([1, 128, 128, 1])
    expect(t.broker.stats().deniedSubscriptions).toBe(2)
  })

  test('that are denied are not kept with the session either', async () => {
    await using t = await openTest({ file: newFile() })
    const client = await RawClient.open(t.port, { clean: false, username: 'u' })
    client.send({
      cmd: 'subscribe',
      messageId: 5,
      subscriptions: [
        { topic: 'a', qos: 1 },
        { topic: 'forbidden/#', qos: 1 },
      ],
    })
    await client.next('suback')
    client.end()
    await until(() => t.broker.stats().sessions === 0)
    await t.broker.bus.publish('forbidden/secret', 'not for you')
    await t.broker.bus.publish('a', 'for you')
    const again = await RawClient.open(t.port, { clean: false, username: 'u' })
    expect((await again.next('publish')).topic).toBe('a')
    expect(await again.settled()).toEqual([])
  })

  test('that were allowed once end when the right is withdrawn, with what waited for them', async () => {
    const rights = { secret: true }
    const hooks = {
      maySubscribe: (_session: unknown, filter: string) => rights.secret || filter !== 'secret',
    }
    await using t = await openTest({ hooks })
    const client = await RawClient.open(t.port, { clean: false })
    await client.subscribe('secret', 1)
    await client.subscribe('plain', 1)
    client.end()
    await until(() => t.broker.stats().sessions === 0)
    for (const topic of ['secret', 'plain']) await t.broker.bus.publish(topic, 'while away')
    rights.secret = false
    const again = await RawClient.open(t.port, { clean: false })
    for (const topic of ['secret', 'plain']) await t.broker.bus.publish(topic, 'now')
    expect(
      (await again.settled()).map(packet => packet.cmd === 'publish' && `${packet.topic} ${packet.payload}`),
    ).toEqual(['plain while away', 'plain now'])
    expect(t.broker.stats().queued).toBe(2)
  })

  test('may be ended and begun in one breath', async () => {
    await using t = await openTest()
    const client = await RawClient.open(t.port, { clean: false })
    await client.subscribe('a', 1)
    client.socket.cork()
    client.send({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: ['a'] })
    client.send({ cmd: 'subscribe', messageId: 3, subscriptions: [{ topic: 'a', qos: 1 }] })
    client.publish('a', 'x', { qos: 1, id: 4 })
    client.socket.uncork()
    expect((await client.next('publish')).payload.toString()).toBe('x')
    expect((await client.settled()).map(({ cmd }) => cmd)).toEqual(['unsuback', 'suback', 'puback'])
  })

  test('a client has at most 200', async () => {
    await using t = await openTest()
    const client = await RawClient.open(t.port)
    client.send({
      cmd: 'subscribe',
      messageId: 5,
      subscriptions: Array.from({ length: 250 }, (_, at) => ({ topic: `t/${at}`, qos: 0 as const })),
    })
    const { granted } = await client.next('suback')
    expect([granted.length, granted.filter(each => each === 128).length]).toEqual([250, 50])
    client.send({ cmd: 'unsubscribe', messageId: 6, unsubscriptions: ['t/0'] })
    await client.next('unsuback')
    expect(await client.subscribe('again')).toBe(0)
    expect(await client.subscribe('more')).toBe(128)
  })

  test('nobody gets a message at a higher QoS than was granted', async () => {
    await using t = await openTest()
    await t.broker.bus.publish('r/x', 'kept', { qos: 2, retain: true })
    const client = await RawClient.open(t.port)
    await client.subscribe('r/#', 0)
    expect(await client.next('publish')).toMatchObject({ qos: 0, retain: true })
    const other = await RawClient.open(t.port, { clientId: 'o' })
    await other.subscribe('r/#', 1)
    expect(await other.next('publish')).toMatchObject({ qos: 1 })
    await t.broker.bus.publish('r/y', 'live', { qos: 2 })
    expect(await client.next('publish')).toMatchObject({ qos: 0, retain: false })
    expect(await other.next('publish')).toMatchObject({ qos: 1, retain: false })
  })

  test('messages on their way do not overtake each other, retained or not', async () => {
    await using t = await openTest({ file: newFile() })
    const reader = await RawClient.open(t.port, { clientId: 'r' })
    await reader.subscribe('#', 1)
    const sender = await RawClient.open(t.port, { clientId: 's' })
    for (let at = 0; at < 60; at++)
      sender.publish(`x/${at % 7}`, `${at}`, { qos: (at % 2) as 0 | 1, id: at + 1, retain: at % 3 === 0 })
    const seen: number[] = []
    while (seen.length < 60) seen.push(Number((await reader.next('publish')).payload))
    expect(seen).toEqual(Array.from({ length: 60 }, (_, at) => at))
  })
})

describe('time', () => {
  test('a silent client is gone after one and a half times its keep-alive, and its will is published', async () => {
    const clock = new FakeClock()
    await using t = await openTest({ clock })
    const seen: string[] = []
    await t.broker.bus.subscribe(status, ({ payload }) => seen.push(payload.toString()))
    const client = await RawClient.open(t.port, { keepalive: 10, will })
    await client.settled()
    await clock.advance(14_500)
    expect(client.isClosed).toBe(false)
    await clock.advance(1250)
    await client.closed
    await until(() => seen.length > 0)
    expect(seen).toEqual(['offline'])
    expect(t.ended.map(({ reason }) => reason)).toEqual(['keep-alive'])
  })

  test('any packet keeps it, readings too', async () => {
    const clock = new FakeClock()
    await using t = await openTest({ clock })
    const client = await RawClient.open(t.port, { keepalive: 10 })
    for (let round = 0; round < 5; round++) {
      await clock.advance(14_000)
      client.publish('a/readings', 'x', { qos: 1, id: 1 })
      await client.next('puback')
    }
    expect(client.isClosed).toBe(false)
  })

  test('a client that we do not read is not called silent', async () => {
    const clock = new FakeClock()
    const waiting: (() => void)[] = []
    await using t = await openTest({
      clock,
      limits: { maxClientInFlightMessages: 2 },
      hooks: { intake: (_session, _messages, done) => waiting.push(done) },
    })
    const client = await RawClient.open(t.port, { keepalive: 10 })
    for (const id of [1, 2, 3]) client.publish('a/readings', 'x', { qos: 1, id })
    await until(() => t.broker.stats().paused === 1)
    await clock.advance(60_000)
    expect(client.isClosed).toBe(false)
    for (const done of waiting) done()
    await client.next('puback')
    await clock.advance(10_000)
    expect(client.isClosed).toBe(false)
  })
})

describe('a client that sends faster than it may', () => {
  test('is read more slowly, nobody else is', async () => {
    const clock = new FakeClock()
    await using t = await openTest({ clock, limits: { maxMessagesPerSecond: 400 } })
    const fast = await RawClient.open(t.port, { clientId: 'fast' })
    const other = await RawClient.open(t.port, { clientId: 'other' })
    for (let id = 1; id <= 2000; id++) fast.publish('a/readings', Buffer.alloc(400), { qos: 1, id })
    await until(() => t.broker.stats().paused === 1)
    for (let id = 1; id <= 50; id++) {
      other.publish('b/readings', 'x', { qos: 1, id })
      await other.next('puback')
    }
    const before = t.taken.length
    expect(before).toBeLessThan(600)
    let seconds = 0
    while (t.taken.length < 2050) {
      await clock.advance(1000)
      for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve))
      seconds++
    }
    expect(seconds).toBeGreaterThanOrEqual(3)
    expect(seconds).toBeLessThan(12)
    expect(t.broker.stats().throttled).toBeGreaterThan(0)
  })
})

describe('last wills', () => {
  test('are published when the connection breaks, retained if so asked, through the hook', async () => {
    await using t = await openTest()
    const client = await RawClient.open(t.port, { will })
    client.end()
    await until(() => t.passed.length === 1)
    expect(t.passed[0]).toMatchObject({ topic: status, retain: true })
    const reader = await RawClient.open(t.port, { clientId: 'r' })
    await reader.subscribe(status)
    expect((await reader.next('publish')).payload.toString()).toBe('offline')
  })

  test('are not, after DISCONNECT', async () => {
    await using t = await openTest()
    const client = await RawClient.open(t.port, { will })
    client.send({ cmd: 'disconnect' })
    await client.closed
    await until(() => t.ended.length === 1)
    const reader = await RawClient.open(t.port, { clientId: 'r' })
    await reader.subscribe(status)
    expect(await reader.settled()).toEqual([])
    expect(t.ended[0].reason).toBe('client')
  })

  test('of clients that a killed broker left behind are published by the next one', async () => {
    const file = newFile()
    const first = await openTest({ file })
    await RawClient.open(first.port, { will })
    // A copy of the file as it is now is what a killed process leaves.
    await until(() => readFileSync(`${file}-wal`, 'latin1').includes(status))
    for (const suffix of ['', '-wal']) copyFileSync(file + suffix, `${file}.killed${suffix}`)
    await first.broker.close()
    await using second = await openTest({ file: `${file}.killed` })
    const reader = await RawClient.open(second.port, { clientId: 'r' })
    await reader.subscribe(status)
    expect((await reader.next('publish')).payload.toString()).toBe('offline')
  })
})

describe('a restart', () => {
  test('keeps subscriptions, what waited, and retained messages', async () => {
    const file = newFile()
    {
      await using t = await openTest({ file })
      const client = await RawClient.open(t.port, { clientId: 'm', username: 'u', clean: false })
      await client.subscribe('commands/m', 1)
      client.end()
      await until(() => t.broker.stats().sessions === 0)
      await t.broker.bus.publish('commands/m', 'first', { qos: 1 })
      await t.broker.bus.publish('config', 'kept', { retain: true })
    }
    await using t = await openTest({ file })
    await t.broker.bus.publish('commands/m', 'second', { qos: 1 })
    const client = new RawClient(t.port)
    expect(await client.connect({ clientId: 'm', username: 'u', clean: false })).toMatchObject({
      returnCode: 0,
      sessionPresent: true,
    })
    expect((await client.next('publish')).payload.toString()).toBe('first')
    expect((await client.next('publish')).payload.toString()).toBe('second')
    const reader = await RawClient.open(t.port, { clientId: 'r' })
    await reader.subscribe('config')
    expect(await reader.next('publish')).toMatchObject({ retain: true, payload: Buffer.from('kept') })
  })

  test('a message that was sent but not acknowledged comes again, marked as such', async () => {
    await using t = await openTest()
    const client = await RawClient.open(t.port, { clientId: 'm', clean: false })
    await client.subscribe('x', 1)
    await t.broker.bus.publish('x', 'one')
    expect(await client.next('publish')).toMatchObject({ dup: false })
    client.end()
    await until(() => t.broker.stats().sessions === 0)
    const again = await RawClient.open(t.port, { clientId: 'm', clean: false })
    const { dup, messageId } = await again.next('publish')
    expect(dup).toBe(true)
    again.send({ cmd: 'puback', messageId })
    await again.settled()
    again.end()
    await until(() => t.broker.stats().sessions === 0)
    const third = await RawClient.open(t.port, { clientId: 'm', clean: false })
    expect(await third.settled()).toEqual([])
  })

  test('new messages do not get the packet id of one that is sent again', async () => {
    await using t = await openTest()
    const client = await RawClient.open(t.port, { clientId: 'm', clean: false })
    await client.subscribe('x', 1)
    for (let at = 0; at < 3; at++) await t.broker.bus.publish('x', 'old')
    const first = [await client.next('publish'), await client.next('publish'), await client.next('publish')]
    client.end()
    await until(() => t.broker.stats().sessions === 0)
    const again = await RawClient.open(t.port, { clientId: 'm', clean: false })
    for (const { messageId } of first)
      expect(await again.next('publish')).toMatchObject({ messageId, dup: true })
    await t.broker.bus.publish('x', 'new')
    const { messageId } = await again.next('publish')
    expect(messageId).toBe((first[2].messageId! % 65_535) + 1)
  })

  test('a clean session forgets what an earlier one had waiting', async () => {
    await using t = await openTest()
    const client = await RawClient.open(t.port, { clientId: 'm', clean: false })
    await client.subscribe('x', 1)
    client.end()
    await until(() => t.broker.stats().sessions === 0)
    await t.broker.bus.publish('x', 'old')
    ;(await RawClient.open(t.port, { clientId: 'm', clean: true })).end()
    await until(() => t.broker.stats().sessionsTotal === 2 && t.broker.stats().sessions === 0)
    const third = await RawClient.open(t.port, { clientId: 'm', clean: false })
    expect(await third.settled()).toEqual([])
    expect(t.broker.stats()).toMatchObject({ queued: 0, persistentSessions: 0 })
  })
})

describe('a subscriber that reads nothing', () => {
  test('costs the others nothing and is dropped', async () => {
    await using t = await openTest()
    const frozen = await RawClient.open(t.port, { clientId: 'frozen' })
    await frozen.subscribe('t/#', 0)
    frozen.socket.pause()
    const reader = await RawClient.open(t.port, { clientId: 'reader' })
    await reader.subscribe('t/#', 0)
    let seen = 0
    const publishers = await Promise.all(
      Array.from({ length: 130 }, (_, at) => RawClient.open(t.port, { clientId: `p${at}` })),
    )
    const payload = Buffer.alloc(8000)
    const started = performance.now()
    const pump = async (publisher: RawClient, at: number) => {
      for (let id = 1; id <= 20; id++) {
        publisher.publish(`t/${at}`, payload, { qos: 1, id })
        await publisher.next('puback')
      }
    }
    const reading = (async () => {
      while (seen < 2600) {
        await reader.next('publish')
        seen++
      }
    })()
    await Promise.all([...publishers.map(pump), reading])
    expect(performance.now() - started).toBeLessThan(5000)
    await until(() => t.ended.some(({ session }) => session.clientId === 'frozen'))
    expect(t.ended.map(({ reason }) => reason)).toEqual([expect.stringMatching(/^(frozen|slow)-reader$/)])
    for (const publisher of publishers) publisher.end()
  }, 20_000)

  test('is dropped within two seconds even when little waits', async () => {
    const clock = new FakeClock()
    await using t = await openTest({ clock })
    const frozen = await RawClient.open(t.port, { clientId: 'frozen' })
    await frozen.subscribe('t', 0)
    frozen.socket.pause()
    // More than the two sockets' own buffers take, less than its output limit would close it for.
    const payload = Buffer.alloc(200_000)
    while (t.broker.stats().outputBytes < 400_000) {
      await t.broker.bus.publish('t', payload)
      await new Promise(resolve => setImmediate(resolve))
    }
    await clock.advance(250)
    expect(t.ended).toEqual([])
    await clock.advance(1750)
    expect(t.ended.map(({ reason }) => reason)).toEqual(['frozen-reader'])
    expect(t.broker.stats().outputBytes).toBe(0)
  })

  test('does not get more in memory than its limit, whoever floods it', async () => {
    await using t = await openTest({ limits: { maxOutputBytes: 300_000 } })
    const frozen = await RawClient.open(t.port, { clientId: 'frozen' })
    await frozen.subscribe('t', 0)
    frozen.socket.pause()
    let most = 0
    for (let at = 0; at < 3000; at++) {
      void t.broker.bus.publish('t', Buffer.alloc(10_000), { qos: 0 })
      if (at % 5 === 0) await new Promise(resolve => setImmediate(resolve))
      most = Math.max(most, t.broker.stats().outputBytes)
    }
    expect(most).toBeLessThan(400_000)
    expect(t.broker.stats().droppedForSlowReader).toBeGreaterThan(0)
  })

  test('a reader that only asks for much at once is not slow: retained messages wait for it', async () => {
    await using t = await openTest({ limits: { maxOutputBytes: 300_000 } })
    const payload = Buffer.alloc(20_000)
    for (let at = 0; at < 300; at++) await t.broker.bus.publish(`r/${at}`, payload, { retain: true })
    const reader = await RawClient.open(t.port, { clientId: 'reader' })
    await reader.subscribe('r/#', 1)
    for (let at = 0; at < 300; at++) await reader.next('publish')
    expect(reader.isClosed).toBe(false)
  })

  test('pings that are never read do not pile up either', async () => {
    await using t = await openTest({ limits: { maxOutputBytes: 100_000 } })
    const client = await RawClient.open(t.port)
    client.socket.pause()
    const pings = Buffer.alloc(64_000, Buffer.from([0xc0, 0]))
    while (!t.ended.length) {
      client.write(pings)
      await new Promise(resolve => setImmediate(resolve))
    }
    expect(t.ended[0].reason).toBe('slow-reader')
  })
})

describe('the owner', () => {
  test('closes the sessions of a revoked credential', async () => {
    await using t = await openTest()
    const a = await RawClient.open(t.port, { clientId: 'a', username: 'u' })
    const b = await RawClient.open(t.port, { clientId: 'b', username: 'v' })
    expect(t.broker.disconnect(({ username }) => username === 'u')).toBe(1)
    await a.closed
    expect(b.isClosed).toBe(false)
    expect(t.ended.map(({ reason }) => reason)).toEqual(['disconnected'])
  })

  test('is told in words when a port is taken', async () => {
    await using t = await openTest()
    await expect(openTest({ tcp: { host: '127.0.0.1', port: t.port } })).rejects.toThrow(
      `cannot listen for MQTT on 127.0.0.1:${t.port}: the port is taken`,
    )
  })

  test('closes gracefully: what is with the hook is finished and acknowledged', async () => {
    let finish: () => void = () => {}
    const taken: InboundMessage[] = []
    const t = await openTest({
      hooks: {
        intake: (_session, messages, done) => {
          taken.push(...messages)
          finish = done
        },
      },
    })
    const client = await RawClient.open(t.port)
    client.publish('a/readings', 'x', { qos: 1, id: 3 })
    await until(() => taken.length === 1)
    const closing = t.broker.close()
    finish()
    expect((await client.next('puback')).messageId).toBe(3)
    await Promise.all([closing, t.broker.close(), client.closed])
    expect(t.ended.map(({ reason }) => reason)).toEqual(['shutdown'])
    await expect(new RawClient(t.port).connect()).rejects.toThrow(/closed/)
  })

  test('does not wait for a hook that never answers', async () => {
    const clock = new FakeClock()
    const t = await openTest({ clock, hooks: { intake: () => {} } })
    const client = await RawClient.open(t.port)
    client.publish('a/readings', 'x', { qos: 1, id: 3 })
    await until(() => t.broker.stats().inFlightMessages === 1)
    const closing = t.broker.close()
    await clock.advance(2500)
    await closing
    await client.closed
    expect(client.received).toEqual([])
  })

  test('can do without TCP', async () => {
    await using broker = await openBroker({
      hooks: { authenticate: async () => 'x', mayPublish: () => true, maySubscribe: () => true },
    })
    expect(broker.ports).toEqual({ mqtt: undefined, mqtts: undefined })
    const seen: string[] = []
    await broker.bus.subscribe('a/#', ({ topic }) => seen.push(topic))
    await broker.bus.publish('a/b', 'x')
    expect(seen).toEqual(['a/b'])
  })
})
