import { FakeClock } from '@ohmstead/testkit'
import { describe, expect, test } from 'vitest'
import { openTest, type TestBroker, until } from '../test/openTest.ts'
import { type Bus, connectBus, isReplyTopic } from './index.ts'

/** The same for the bus inside the broker's process and the one over a connection. */
const kinds: [string, (t: TestBroker, username?: string) => Promise<Bus>][] = [
  ['in the process', async t => t.broker.bus],
  [
    'over a connection',
    async (t, username = 'component') =>
      await connectBus(`mqtt://127.0.0.1:${t.port}`, { username, password: 'x' }),
  ],
]

describe.each(kinds)('the bus %s', (_name, connect) => {
  test('carries a message to everybody who listens', async () => {
    await using t = await openTest()
    await using bus = await connect(t)
    const seen: string[] = []
    await bus.subscribe('a/+', ({ topic, payload, retain }) => seen.push(`${topic} ${payload} ${retain}`))
    await bus.subscribe('a/b', () => seen.push('too'))
    await bus.publish('a/b', 'x')
    await bus.publish('a/c', Buffer.from('y'), { qos: 0 })
    await until(() => seen.length === 3)
    expect(seen.sort()).toEqual(['a/b x false', 'a/c y false', 'too'])
  })

  test('tells a newcomer what is retained', async () => {
    await using t = await openTest()
    await using bus = await connect(t)
    await bus.publish('state/x', 'on', { retain: true })
    const seen: string[] = []
    await bus.subscribe('state/#', ({ payload, retain }) => seen.push(`${payload} ${retain}`))
    await until(() => seen.length === 1)
    expect(seen).toEqual(['on true'])
  })

  test('a closed subscription hears nothing, others go on; closing twice is harmless', async () => {
    await using t = await openTest()
    await using bus = await connect(t)
    const seen: string[] = []
    const first = await bus.subscribe('a', () => seen.push('first'))
    await bus.subscribe('a', () => seen.push('second'))
    await first.close()
    await first.close()
    await bus.publish('a', 'x')
    await until(() => seen.length > 0)
    expect(seen).toEqual(['second'])
  })

  test('is an endless sequence until the signal', async () => {
    await using t = await openTest()
    await using bus = await connect(t)
    const stop = new AbortController()
    const seen: string[] = []
    await bus.publish('n/0', 'zero', { retain: true })
    const reading = (async () => {
      for await (const { payload } of bus.messages('n/#', { signal: stop.signal })) {
        seen.push(payload.toString())
        if (seen.length === 1) for (const n of ['one', 'two']) await bus.publish(`n/${n}`, n)
        if (seen.length === 3) stop.abort()
      }
    })()
    await reading
    expect(seen).toEqual(['zero', 'one', 'two'])
  })

  test('asks and is answered, many at once, each its own', async () => {
    await using t = await openTest()
    await using component = await connect(t)
    await using bus = await connect(t, 'asker')
    const double = await component.respond('doubler', async (operation, args) => {
      expect(operation).toBe('double')
      await new Promise(resolve => setImmediate(resolve))
      return (args as number) * 2
    })
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => bus.request('doubler', 'double', n)),
    )
    expect(answers).toEqual(Array.from({ length: 50 }, (_, n) => 2 * n))
    await double.close()
  })

  test('an answer may be nothing, an object, or an error with its code', async () => {
    await using t = await openTest()
    await using bus = await connect(t)
    await bus.respond('c', operation => {
      if (operation === 'fail') throw Object.assign(new Error('no such meter'), { code: 'OHM_UNKNOWN_METER' })
      if (operation === 'crash') throw new Error('bug')
      return operation === 'object' ? { a: [1, null] } : undefined
    })
    expect(await bus.request('c', 'nothing')).toBeNull()
    expect(await bus.request('c', 'object')).toEqual({ a: [1, null] })
    await expect(bus.request('c', 'fail')).rejects.toMatchObject({
      code: 'OHM_REQUEST_FAILED',
      remoteCode: 'OHM_UNKNOWN_METER',
      message: 'no such meter',
    })
    await expect(bus.request('c', 'crash')).rejects.toMatchObject({ remoteCode: 'OHM_INTERNAL' })
  })

  test('does not wait for ever: a time limit, a signal, the end of the bus', async () => {
    await using t = await openTest()
    const bus = await connect(t)
    await expect(bus.request('nobody', 'ask', null, { timeoutMs: 20 })).rejects.toMatchObject({
      code: 'OHM_REQUEST_TIMEOUT',
      retryable: true,
    })
    const stop = new AbortController()
    const stopped = bus.request('nobody', 'ask', null, { signal: stop.signal })
    stop.abort(new Error('changed my mind'))
    await expect(stopped).rejects.toThrow('changed my mind')
    const left = expect(bus.request('nobody', 'ask')).rejects.toMatchObject({ code: 'OHM_BUS_CLOSED' })
    await bus.close()
    await left
    await bus.close()
    await expect(bus.request('nobody', 'ask')).rejects.toMatchObject({ code: 'OHM_BUS_CLOSED' })
    await expect(bus.publish('a', 'b')).rejects.toMatchObject({ code: 'OHM_BUS_CLOSED' })
  })

  test('a responder that was closed is told so and answers no more', async () => {
    await using t = await openTest()
    await using bus = await connect(t)
    let begun = false
    let told = false
    const responder = await bus.respond('slow', async (_operation, _args, { signal }) => {
      begun = true
      await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
      told = true
    })
    const asked = expect(bus.request('slow', 'ask', null, { timeoutMs: 200 })).rejects.toMatchObject({
      code: 'OHM_REQUEST_TIMEOUT',
    })
    await until(() => begun)
    await responder.close()
    await asked
    expect(told).toBe(true)
  })

  test('a component replies to reply addresses only, whatever the asker writes', async () => {
    await using t = await openTest()
    await using bus = await connect(t)
    let asked = 0
    await bus.respond('c', () => ++asked)
    const commands: string[] = []
    await bus.subscribe('sites/x/devices/y/commands', ({ payload }) => commands.push(payload.toString()))
    for (const replyTo of ['sites/x/devices/y/commands', 'replies/#', 'replies/short', 5]) {
      await bus.publish(
        'components/c/requests',
        JSON.stringify({ id: '1', replyTo, operation: 'x', arguments: null }),
      )
    }
    for (const garbage of ['', '{', 'null', '[]', '5']) await bus.publish('components/c/requests', garbage)
    expect(await bus.request('c', 'real')).toBe(1)
    expect(commands).toEqual([])
  })
})

test('a refused subscription is an error over a connection', async () => {
  await using t = await openTest()
  await using bus = await connectBus(`mqtt://127.0.0.1:${t.port}`, { username: 'denied' })
  await expect(bus.subscribe('a', () => {})).rejects.toMatchObject({ code: 'OHM_SUBSCRIPTION_REFUSED' })
})

test('a refused connection is an error', async () => {
  await using t = await openTest()
  await expect(connectBus(`mqtt://127.0.0.1:${t.port}`, { username: 'stranger' })).rejects.toThrow(
    /[Nn]ot authorized/,
  )
})

test('over a connection, one listener’s fault ends neither the process nor the others', async () => {
  await using t = await openTest()
  const troubles: string[] = []
  await using bus = await connectBus(`mqtt://127.0.0.1:${t.port}`, {
    trouble: ({ message }) => troubles.push(message),
  })
  const seen: string[] = []
  await bus.subscribe('a', () => {
    throw new Error('bug')
  })
  await bus.subscribe('a', () => seen.push('other'))
  await bus.publish('a', 'x')
  await until(() => seen.length === 1)
  expect(troubles).toEqual(['bug'])
})

test('in the process, topics and filters are checked', async () => {
  await using t = await openTest()
  await expect(t.broker.bus.publish('a/+', 'x')).rejects.toMatchObject({
    code: 'OHM_INVALID_INPUT',
    field: 'topic',
  })
  await expect(t.broker.bus.subscribe('a+', () => {})).rejects.toMatchObject({
    code: 'OHM_INVALID_INPUT',
    field: 'filter',
  })
})

test('in the process, one listener’s fault does not keep the message from the others', async () => {
  await using t = await openTest()
  const seen: string[] = []
  await t.broker.bus.subscribe('a', () => {
    throw new Error('bug')
  })
  await t.broker.bus.subscribe('a', () => seen.push('other'))
  await t.broker.bus.publish('a', 'x')
  expect(seen).toEqual(['other'])
  expect(t.troubles.map(({ message }) => message)).toEqual(['bug'])
})

test('requests run on the clock they are given', async () => {
  const clock = new FakeClock()
  await using t = await openTest({ clock })
  const asked = expect(
    t.broker.bus.request('nobody', 'ask', null, { timeoutMs: 60_000 }),
  ).rejects.toMatchObject({ code: 'OHM_REQUEST_TIMEOUT' })
  await clock.advance(60_000)
  await asked
})

test('too many open requests are refused, not gathered', async () => {
  const clock = new FakeClock()
  await using t = await openTest({ clock })
  const open = Array.from({ length: 1000 }, () =>
    t.broker.bus.request('nobody', 'ask').catch((error: { code: string }) => error.code),
  )
  await expect(t.broker.bus.request('nobody', 'ask')).rejects.toMatchObject({
    code: 'OHM_BUS_OVERLOADED',
    retryable: true,
  })
  await clock.advance(5000)
  expect(new Set(await Promise.all(open))).toEqual(new Set(['OHM_REQUEST_TIMEOUT']))
})

test('a reply address is 128 bits that nobody guesses', () => {
  expect(isReplyTopic(`replies/${'0a'.repeat(16)}`)).toBe(true)
  for (const topic of [
    'replies/+',
    'replies/',
    `replies/${'0a'.repeat(15)}`,
    `x/replies/${'0a'.repeat(16)}`,
    `replies/${'0a'.repeat(16)}/x`,
  ])
    expect(isReplyTopic(topic)).toBe(false)
})
