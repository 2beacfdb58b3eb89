import { tempFolder } from '@ohmstead/testkit'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { openTest, type TestOptions, until } from '../test/openTest.ts'
import { RawClient } from '../test/rawClient.ts'
import type { InboundMessage } from './index.ts'

const folder = tempFolder()
afterAll(() => folder[Symbol.dispose]())

const topic = 'sites/home/devices/meter/readings'

/** An intake whose batches wait until they are answered. */
function holding() {
  const batches: { messages: readonly InboundMessage[]; done: (error?: Error) => void }[] = []
  const hooks: TestOptions['hooks'] = {
    intake: (_session, messages, done) => batches.push({ messages, done }),
  }
  return { batches, hooks }
}

describe('an acknowledgement', () => {
  test('follows the hook’s answer, not the message', async () => {
    const { batches, hooks } = holding()
    await using t = await openTest({ hooks })
    const client = await RawClient.open(t.port)
    client.publish(topic, 'a', { qos: 1, id: 1 })
    await until(() => batches.length === 1)
    expect(await client.settled()).toEqual([])
    batches[0].done()
    expect((await client.next('puback')).messageId).toBe(1)
  })

  test('keeps the order of the messages when answers come in another one', async () => {
    const { batches, hooks } = holding()
    await using t = await openTest({ hooks })
    const client = await RawClient.open(t.port)
    for (const id of [1, 2, 3]) {
      client.publish(topic, 'a', { qos: id === 2 ? 2 : 1, id })
      await until(() => batches.length === id)
    }
    batches[2].done()
    batches[1].done()
    expect(await client.settled()).toEqual([])
    batches[0].done()
    await client.settled()
    expect(client.received.map(packet => [packet.cmd, packet.messageId])).toEqual([
      ['puback', 1],
      ['pubrec', 2],
      ['puback', 3],
    ])
  })

  test('also between claimed and other topics', async () => {
    const { batches, hooks } = holding()
    const waiting: (() => void)[] = []
    await using t = await openTest({
      hooks: { ...hooks, publish: () => new Promise(resolve => waiting.push(resolve)) },
    })
    const client = await RawClient.open(t.port)
    client.publish('other', 'a', { qos: 1, id: 1 })
    client.publish(topic, 'b', { qos: 1, id: 2 })
    await until(() => batches.length === 1 && waiting.length === 1)
    batches[0].done()
    expect(await client.settled()).toEqual([])
    waiting[0]()
    await client.next('puback')
    expect((await client.next('puback')).messageId).toBe(2)
  })

  test('never comes for what was not stored: the connection is closed, without a penalty', async () => {
    const { batches, hooks } = holding()
    await using t = await openTest({ hooks })
    const client = await RawClient.open(t.port)
    client.publish(topic, 'a', { qos: 1, id: 1 })
    await until(() => batches.length === 1)
    batches[0].done(new Error('disk full'))
    await client.closed
    expect(client.received).toEqual([])
    expect(t.ended.map(({ reason }) => reason)).toEqual(['not-stored'])
    const again = await RawClient.open(t.port)
    again.publish(topic, 'a', { qos: 1, id: 1, dup: true })
    await until(() => batches.length === 2)
    batches[1].done()
    await again.next('puback')
    expect(t.broker.stats()).toMatchObject({
      notStored: 1,
      acknowledged: 1,
      quarantined: 0,
      inFlightMessages: 0,
      inFlightBytes: 0,
    })
  })

  test('a hook that throws has not stored', async () => {
    await using t = await openTest({
      hooks: {
        intake: () => {
          throw new Error('bug')
        },
      },
    })
    const client = await RawClient.open(t.port)
    client.publish(topic, 'a', { qos: 1, id: 1 })
    await client.closed
    expect(client.received).toEqual([])
  })

  test('a QoS 0 message that was not stored is only counted', async () => {
    await using t = await openTest({
      hooks: { intake: (_session, _messages, done) => done(new Error('disk full')) },
    })
    const client = await RawClient.open(t.port)
    client.publish(topic, 'a')
    expect(await client.settled()).toEqual([])
    expect(t.broker.stats()).toMatchObject({ notStored: 1, acknowledged: 0 })
  })

  test('answering twice is harmless', async () => {
    const { batches, hooks } = holding()
    await using t = await openTest({ hooks })
    const client = await RawClient.open(t.port)
    client.publish(topic, 'a', { qos: 1, id: 1 })
    await until(() => batches.length === 1)
    batches[0].done()
    batches[0].done(new Error('late'))
    batches[0].done()
    await client.settled()
    expect(client.received).toHaveLength(1)
    expect(t.broker.stats()).toMatchObject({ inFlightMessages: 0, inFlightBytes: 0, notStored: 0 })
  })

  test('an answer after the client has gone is harmless too', async () => {
    const { batches, hooks } = holding()
    await using t = await openTest({ hooks })
    const client = await RawClient.open(t.port)
    client.publish(topic, 'a', { qos: 1, id: 1 })
    await until(() => batches.length === 1)
    client.end()
    await until(() => t.broker.stats().connections === 0)
    batches[0].done()
    expect(t.broker.stats()).toMatchObject({ inFlightMessages: 0, inFlightBytes: 0 })
  })
})

describe('what the hook gets', () => {
  test('is one batch for what arrives together, in order, with everything the packets said', async () => {
    const { batches, hooks } = holding()
    await using t = await openTest({ hooks })
    const client = await RawClient.open(t.port)
    client.socket.cork()
    client.publish(topic, 'a', { qos: 1, id: 1 })
    client.publish(topic, 'b', { qos: 1, id: 2, dup: true })
    client.publish('sites/home/devices/other/readings', 'c', { qos: 0, retain: true })
    client.socket.uncork()
    await until(() => batches.length > 0)
    expect(
      batches
        .flatMap(({ messages }) => messages)
        .map(message => ({ ...message, payload: message.payload.toString() })),
    ).toEqual([
      { topic, payload: 'a', qos: 1, retain: false, dup: false },
      { topic, payload: 'b', qos: 1, retain: false, dup: true },
      { topic: 'sites/home/devices/other/readings', payload: 'c', qos: 0, retain: true, dup: false },
    ])
  })

  test('is asked for the right once for each topic of a connection', async () => {
    const asked: string[] = []
    await using t = await openTest({ hooks: { mayPublish: (_session, name) => asked.push(name) > 0 } })
    const client = await RawClient.open(t.port)
    for (let id = 1; id <= 20; id++) client.publish(id % 2 ? topic : 'other', 'x', { qos: 1, id })
    for (let id = 1; id <= 20; id++) await client.next('puback')
    expect(asked).toEqual([topic, 'other'])
  })

  test('is no empty retained message: that one clears what is kept', async () => {
    await using t = await openTest()
    const client = await RawClient.open(t.port)
    client.publish(topic, 'x', { qos: 1, id: 1, retain: true })
    client.publish(topic, '', { qos: 1, id: 2, retain: true })
    await client.next('puback')
    await client.next('puback')
    expect([t.taken.length, t.passed.length, t.broker.stats().retained]).toEqual([1, 1, 0])
  })
})

describe('subscribers of claimed topics', () => {
  test('get the message after it was stored, and not if it was not', async () => {
    const { batches, hooks } = holding()
    await using t = await openTest({ hooks })
    const reader = await RawClient.open(t.port, { clientId: 'r' })
    await reader.subscribe('sites/home/#', 1)
    const client = await RawClient.open(t.port)
    client.publish(topic, 'kept', { qos: 1, id: 1 })
    await until(() => batches.length === 1)
    expect(await reader.settled()).toEqual([])
    batches[0].done()
    expect((await reader.next('publish')).payload.toString()).toBe('kept')
    client.publish(topic, 'lost', { qos: 1, id: 2 })
    await until(() => batches.length === 2)
    batches[1].done(new Error('disk full'))
    await client.closed
    expect(await reader.settled()).toEqual([])
  })

  test('may come and go while messages flow', async () => {
    await using t = await openTest()
    const client = await RawClient.open(t.port)
    const reader = await RawClient.open(t.port, { clientId: 'r' })
    const send = async (payload: string) => {
      client.publish(topic, payload, { qos: 1, id: 1 })
      await client.next('puback')
    }
    await send('before')
    await reader.subscribe('sites/+/devices/+/readings', 1)
    await send('while')
    reader.send({ cmd: 'unsubscribe', messageId: 2, unsubscriptions: ['sites/+/devices/+/readings'] })
    await reader.next('unsuback')
    await send('after')
    expect(
      (await reader.settled()).map(packet =>
        packet.cmd === 'publish' ? packet.payload.toString() : packet.cmd,
      ),
    ).toEqual(['while'])
  })

  test('an absent one with a session gets it later', async () => {
    await using t = await openTest({ file: `${folder.path}/absent.sqlite` })
    const reader = await RawClient.open(t.port, { clientId: 'r', clean: false })
    await reader.subscribe(topic, 1)
    reader.end()
    await until(() => t.broker.stats().sessions === 0)
    const client = await RawClient.open(t.port)
    client.publish(topic, 'x', { qos: 1, id: 1 })
    await client.next('puback')
    const again = await RawClient.open(t.port, { clientId: 'r', clean: false })
    expect((await again.next('publish')).payload.toString()).toBe('x')
  })

  test('a retained reading is there for who comes later', async () => {
    await using t = await openTest()
    const client = await RawClient.open(t.port)
    client.publish(topic, 'x', { qos: 1, id: 1, retain: true })
    await client.next('puback')
    const reader = await RawClient.open(t.port, { clientId: 'r' })
    await reader.subscribe('sites/#')
    expect(await reader.next('publish')).toMatchObject({ retain: true, topic })
  })
})

describe('QoS 2', () => {
  const finish = async (client: RawClient, messageId: number) => {
    client.send({ cmd: 'pubrel', messageId })
    expect((await client.next('pubcomp')).messageId).toBe(messageId)
  }

  test('a message that is sent again before PUBREL is taken once', async () => {
    const { batches, hooks } = holding()
    await using t = await openTest({ hooks })
    const client = await RawClient.open(t.port)
    client.publish(topic, 'x', { qos: 2, id: 5 })
    client.publish(topic, 'x', { qos: 2, id: 5, dup: true })
    await until(() => batches.length === 1)
    expect(await client.settled()).toEqual([])
    batches[0].done()
    await client.next('pubrec')
    client.publish(topic, 'x', { qos: 2, id: 5, dup: true })
    await client.next('pubrec')
    await finish(client, 5)
    expect(batches.flatMap(({ messages }) => messages)).toHaveLength(1)
    client.publish(topic, 'next', { qos: 2, id: 5 })
    await until(() => batches.length === 2)
  })

  test('also over a reconnect and a restart of the broker, for a session that is kept', async () => {
    const file = `${folder.path}/qos2.sqlite`
    const identity = { clientId: 'm', clean: false }
    {
      await using t = await openTest({ file })
      const client = await RawClient.open(t.port, identity)
      await client.subscribe('any', 1)
      client.publish(topic, 'x', { qos: 2, id: 5 })
      await client.next('pubrec')
      client.end()
      await until(() => t.broker.stats().sessions === 0)
      const again = await RawClient.open(t.port, identity)
      again.publish(topic, 'x', { qos: 2, id: 5, dup: true })
      await again.next('pubrec')
      expect(t.taken).toHaveLength(1)
    }
    await using t = await openTest({ file })
    const client = await RawClient.open(t.port, identity)
    client.publish(topic, 'x', { qos: 2, id: 5, dup: true })
    await client.next('pubrec')
    expect(t.taken).toHaveLength(0)
    await finish(client, 5)
    client.publish(topic, 'y', { qos: 2, id: 5 })
    await client.next('pubrec')
    expect(t.taken).toHaveLength(1)
  })

  test('half-open messages are bounded', async () => {
    await using t = await openTest({ limits: { maxReceivedIds: 10 } })
    const client = await RawClient.open(t.port)
    for (let id = 1; id <= 10; id++) client.publish(topic, 'x', { qos: 2, id })
    for (let id = 1; id <= 10; id++) await client.next('pubrec')
    client.publish(topic, 'x', { qos: 2, id: 11 })
    await client.closed
    expect(t.broker.stats().violations).toEqual({ 'qos2-window': 1 })
  })

  test('PUBREL is answered in any case', async () => {
    await using t = await openTest()
    await finish(await RawClient.open(t.port), 4711)
  })
})

describe('while the hook does not answer', () => {
  test('a client is read only so far, and on when it is answered', async () => {
    const { batches, hooks } = holding()
    await using t = await openTest({
      hooks,
      limits: { maxClientInFlightMessages: 100, maxClientInFlightBytes: 1e9 },
    })
    const client = await RawClient.open(t.port)
    const other = await RawClient.open(t.port, { clientId: 'other' })
    const payload = Buffer.alloc(1000)
    for (let at = 0; at < 5000; at++) client.publish(topic, payload, { qos: 1, id: at + 1 })
    await until(() => t.broker.stats().paused === 1)
    for (let turn = 0; turn < 50; turn++) await other.settled()
    const handed = batches.flatMap(({ messages }) => messages).length
    expect(handed).toBeLessThan(100 + 2 * 64)
    other.publish(topic, 'x', { qos: 1, id: 1 })
    await until(() => batches.flatMap(({ messages }) => messages).length === handed + 1)
    const answering = (async () => {
      let acked = 0
      while (acked < 5000) {
        for (const { done } of batches.splice(0)) done()
        await client.next('puback')
        acked++
      }
    })()
    await answering
    expect(t.broker.stats()).toMatchObject({ paused: 0, notStored: 0 })
  })

  test('all clients together are bounded', async () => {
    const waiting: (() => void)[] = []
    let answering = false
    const hooks: TestOptions['hooks'] = {
      intake: (_session, _messages, done) => (answering ? done() : void waiting.push(done)),
    }
    await using t = await openTest({ hooks, limits: { maxInFlightBytes: 300_000 } })
    const clients = await Promise.all(
      Array.from({ length: 10 }, (_, at) => RawClient.open(t.port, { clientId: `c${at}` })),
    )
    for (const client of clients)
      for (let id = 1; id <= 200; id++) client.publish(topic, Buffer.alloc(2000), { qos: 1, id })
    await until(() => t.broker.stats().paused === 10)
    for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve))
    // Each connection may have one more read on its way when the limit is met.
    expect(t.broker.stats().inFlightBytes).toBeLessThan(300_000 + 10 * 70_000)
    answering = true
    for (const done of waiting) done()
    for (const client of clients) for (let id = 1; id <= 200; id++) await client.next('puback')
    expect(t.broker.stats()).toMatchObject({ paused: 0, inFlightBytes: 0, inFlightMessages: 0 })
  })
})

describe('whether a topic is claimed makes no difference to anybody outside', () => {
  interface Step {
    qos: 0 | 1 | 2
    retain: boolean
    topic: string
    payload: string
  }

  /** What publisher and subscribers see of these messages. */
  async function observe(steps: readonly Step[], claims: boolean) {
    await using t = await openTest({ hooks: { claims: () => claims } })
    const reader = await RawClient.open(t.port, { clientId: 'reader' })
    await reader.subscribe('a/#', 1)
    const client = await RawClient.open(t.port)
    client.socket.cork()
    for (const [at, { topic: name, payload, qos, retain }] of steps.entries())
      client.publish(name, payload, { qos, id: at + 1, retain })
    client.socket.uncork()
    const owed = steps.filter(({ qos }) => qos > 0).length
    await until(() => client.received.length === owed)
    const late = await RawClient.open(t.port, { clientId: 'late' })
    await late.subscribe('#', 1)
    const seen = (packets: RawClient['received']) =>
      packets.map(packet =>
        packet.cmd === 'publish'
          ? [packet.topic, packet.payload.toString(), packet.qos, packet.retain]
          : [packet.cmd, packet.messageId],
      )
    await reader.settled()
    await late.settled()
    return {
      handed: (claims ? t.taken : t.passed).map(({ topic: name, payload, qos }) => [
        name,
        payload.toString(),
        qos,
      ]),
      acks: seen(client.received),
      live: seen(reader.received),
      kept: seen(late.received),
    }
  }

  test('for any messages', async () => {
    const step = fc.record({
      qos: fc.constantFrom<0 | 1 | 2>(0, 1, 2),
      retain: fc.boolean(),
      topic: fc.constantFrom('a/1', 'a/2', 'b/1'),
      payload: fc.constantFrom('x', 'yy', 'a longer one'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async steps => {
        expect(await observe(steps, true)).toEqual(await observe(steps, false))
      }),
      { numRuns: 25 },
    )
  }, 30_000)
})
