import assert from 'node:assert'
import { readFileSync, writeFileSync } from 'node:fs'
import { systemClock } from '@ohmstead/model'
import { FakeClock, tempFolder } from '@ohmstead/testkit'
import abstractPersistence from 'aedes-persistence/abstract.js'
import { afterAll, describe, expect, test } from 'vitest'
import { defaultLimits, type Limits } from './limits.ts'
import { SessionStore, type StoredPacket } from './sessionStore.ts'

const folder = tempFolder()
afterAll(() => folder[Symbol.dispose]())
let serial = 0
const newFile = () => `${folder.path}/${serial++}.sqlite`

function openStore(
  options: { file?: string; limits?: Partial<Limits>; clock?: FakeClock; troubles?: Error[] } = {},
) {
  return new SessionStore({
    file: options.file,
    clock: options.clock ?? systemClock,
    limits: { ...defaultLimits, ...options.limits },
    trouble: error => options.troubles?.push(error),
  })
}

const message = (topic: string, payload: string, counter = 1, qos: 0 | 1 | 2 = 1): StoredPacket => ({
  cmd: 'publish',
  topic,
  payload: Buffer.from(payload),
  qos,
  retain: false,
  dup: false,
  brokerId: 'b',
  brokerCounter: counter,
})

async function queueOf(store: SessionStore, id: string, connecting = false): Promise<StoredPacket[]> {
  return await store.outgoingStream({ id, connecting }).toArray()
}

describe('the specification that aedes publishes for a persistence', () => {
  abstractPersistence({
    testAsync: true,
    persistence: async () => openStore({ file: newFile() }),
    test: (name: string, run: (context: object) => Promise<void>) => {
      // It queues a packet whose payload is a string; here a payload is bytes, which the types say.
      const foreign = name === 'add outgoing packet as a string and stream'
      test.skipIf(foreign)(name, async () => await run({ assert, plan: () => {}, diagnostic: () => {} }))
    },
  })
})

describe('a new process finds', () => {
  test('subscriptions, queues, QoS 2 ids and retained messages as the last one left them', async () => {
    const file = newFile()
    const first = openStore({ file })
    await first.addSubscriptions({ id: 'u|a' }, [
      { topic: 'x/#', qos: 1 },
      { topic: 'y', qos: 0 },
    ])
    await first.addSubscriptions({ id: 'u|b' }, [{ topic: 'x/1', qos: 2 }])
    await first.removeSubscriptions({ id: 'u|b' }, ['x/1'])
    await first.storeRetained({ ...message('r/1', 'one'), retain: true })
    await first.storeRetained({ ...message('r/2', 'two'), retain: true })
    await first.storeRetained({ ...message('r/2', ''), retain: true })
    await first.outgoingEnqueueCombi([{ clientId: 'u|a', qos: 1 }], message('x/1', 'queued', 5, 2))
    await first.outgoingEnqueue({ clientId: 'u|a' }, message('x/2', 'sent', 6))
    await first.outgoingUpdate({ id: 'u|a' }, { ...message('x/2', 'sent', 6), messageId: 77 })
    await first.incomingStorePacket({ id: 'u|a' }, { ...message('x', ''), messageId: 9 })
    first.close()

    const second = openStore({ file })
    expect(await second.subscriptionsByClient({ id: 'u|a' })).toMatchObject([
      { topic: 'x/#', qos: 1 },
      { topic: 'y', qos: 0 },
    ])
    expect(second.hears('x/anything')).toBe(true)
    expect(second.sessions).toBe(1)
    expect([...second.retainedFor('#')].map(({ topic, payload }) => [topic, payload.toString()])).toEqual([
      ['r/1', 'one'],
    ])
    expect(second.receivedIds('u|a')).toEqual([9])
    const queue = await queueOf(second, 'u|a', true)
    expect(queue.map(({ topic, payload, qos, dup }) => [topic, payload.toString(), qos, dup])).toEqual([
      ['x/1', 'queued', 1, false],
      ['x/2', 'sent', 1, true],
    ])
    await second.outgoingClearMessageId({ id: 'u|a' }, { messageId: 77 })
    expect(await queueOf(second, 'u|a')).toHaveLength(1)
    second.close()
  })

  test('the wills that the last one owed, once', async () => {
    const file = newFile()
    const first = openStore({ file })
    await first.putWill({ id: 'u|a' }, { ...message('s/a', 'offline'), retain: true })
    await first.putWill({ id: 'u|b' }, message('s/b', 'offline'))
    await first.delWill({ id: 'u|b' })
    first.close()
    const second = openStore({ file })
    expect(second.takeOrphanWills().map(({ topic, retain }) => [topic, retain])).toEqual([['s/a', true]])
    expect(second.takeOrphanWills()).toEqual([])
    second.close()
    const third = openStore({ file })
    expect(third.takeOrphanWills()).toEqual([])
    third.close()
  })
})

describe('what a promise means', () => {
  test('a subscription is answered for after its commit', async () => {
    const clock = new FakeClock()
    const file = newFile()
    const store = openStore({ file, clock })
    let kept = false
    const adding = store.addSubscriptions({ id: 'u|a' }, [{ topic: 'x', qos: 1 }]).then(() => (kept = true))
    await Promise.resolve()
    expect([kept, store.dirty]).toEqual([false, true])
    await clock.advance(5)
    await adding
    expect([kept, store.dirty]).toEqual([true, false])
    store.close()
  })

  test('what is put and taken away in one moment costs no write', async () => {
    const clock = new FakeClock()
    const store = openStore({ file: newFile(), clock })
    await store.outgoingEnqueue({ clientId: 'u|a' }, message('x', 'y', 3))
    await store.outgoingUpdate({ id: 'u|a' }, { ...message('x', 'y', 3), messageId: 1 })
    await store.outgoingClearMessageId({ id: 'u|a' }, { messageId: 1 })
    await clock.advance(5)
    expect([store.dirty, store.queued, store.queuedBytes]).toEqual([false, 0, 0])
    store.close()
  })
})

describe('a message goes to a connection once', () => {
  const connection = () => ({ id: 'u|a', connecting: true })

  test('with the queue or live, whichever is first', async () => {
    const store = openStore()
    const [first, second] = [connection(), connection()]
    for (const counter of [1, 2]) await store.outgoingEnqueue({ clientId: 'u|a' }, message('x', 'y', counter))
    expect(store.claim(first, message('x', 'y', 1))).toBe(true)
    expect((await store.outgoingStream(first).toArray()).map(({ brokerCounter }) => brokerCounter)).toEqual([
      2,
    ])
    expect(store.claim(first, message('x', 'y', 2))).toBe(false)
    const again: StoredPacket[] = await store.outgoingStream(second).toArray()
    expect(again.map(({ brokerCounter, dup }) => [brokerCounter, dup])).toEqual([
      [1, true],
      [2, true],
    ])
  })

  test('and waits once, even when two subscriptions match', async () => {
    const store = openStore()
    const both = [
      { clientId: 'u|a', qos: 1 as const },
      { clientId: 'u|a', qos: 2 as const },
    ]
    await store.outgoingEnqueueCombi(both, message('x', 'y', 1))
    expect([store.queued, (await queueOf(store, 'u|a')).length]).toEqual([1, 1])
  })

  test('an acknowledgement of what is not in the queue changes nothing in it', async () => {
    const store = openStore()
    await store.outgoingEnqueue({ clientId: 'u|a' }, message('x', 'kept', 1))
    await store.outgoingUpdate({ id: 'u|a' }, { ...message('x', 'kept', 1), messageId: 7 })
    await store.outgoingUpdate(
      { id: 'u|a' },
      { ...message('z', 'not kept: the queue was full', 2), messageId: 7 },
    )
    expect((await queueOf(store, 'u|a')).map(({ payload }) => payload.toString())).toEqual(['kept'])
  })
})

describe('everything is bounded', () => {
  test('a queue by its messages, all queues by their bytes; what does not fit is counted', async () => {
    const store = openStore({ limits: { maxQueuedMessages: 2, maxTotalQueuedBytes: 400 } })
    for (let at = 0; at < 5; at++) await store.outgoingEnqueue({ clientId: 'u|a' }, message('x', 'y', at + 1))
    expect((await queueOf(store, 'u|a')).map(({ brokerCounter }) => brokerCounter)).toEqual([1, 2])
    expect(store.droppedFromQueue).toBe(3)
    await store.outgoingEnqueue({ clientId: 'u|b' }, message('x', 'z'.repeat(300), 6))
    expect([store.droppedFromQueue, store.queued]).toEqual([4, 2])
  })

  test('retained messages by number and bytes; an old value is not served in the place of a newer one', async () => {
    const store = openStore({ limits: { maxRetained: 2, maxRetainedBytes: 10 } })
    for (const topic of ['a', 'b', 'c']) await store.storeRetained(message(topic, '1234'))
    expect([store.retained, store.retainedBytes, store.droppedRetained]).toEqual([2, 8, 1])
    await store.storeRetained(message('a', '1234567'))
    expect([...store.retainedFor('a')]).toEqual([])
    expect([store.retained, store.retainedBytes, store.droppedRetained]).toEqual([1, 4, 2])
  })

  test('sessions by user', async () => {
    const store = openStore({ limits: { maxSessionsPerUser: 2, maxSessions: 3 } })
    for (const id of ['u|1', 'u|2', 'v|1']) await store.addSubscriptions({ id }, [{ topic: 'x', qos: 1 }])
    expect(['u|1', 'u|3', 'v|2'].map(id => store.roomFor(id))).toEqual([true, false, false])
    await store.cleanSubscriptions({ id: 'u|1' })
    expect(['u|3', 'v|2'].map(id => store.roomFor(id))).toEqual([true, true])
  })

  test('an absent session by the hours it is absent, which no wall clock changes', async () => {
    const store = openStore({ limits: { sessionExpiryHours: 3 } })
    for (const id of ['u|here', 'u|gone']) await store.addSubscriptions({ id }, [{ topic: 'x', qos: 1 }])
    await store.outgoingEnqueue({ clientId: 'u|gone' }, message('x', 'y'))
    for (let hour = 0; hour < 3; hour++) store.anHourPassed(id => id === 'u|here')
    expect(store.sessions).toBe(2)
    store.anHourPassed(id => id === 'u|here')
    expect([store.sessions, store.queued]).toEqual([1, 0])
    expect((await store.subscriptionsByTopic('x')).map(({ clientId }) => clientId)).toEqual(['u|here'])
  })

  test('a session that is ended takes its queue with it', async () => {
    const store = openStore()
    await store.addSubscriptions({ id: 'u|a' }, [{ topic: 'x', qos: 1 }])
    await store.outgoingEnqueue({ clientId: 'u|a' }, message('x', 'y'))
    await store.cleanSubscriptions({ id: 'u|a' })
    expect([await queueOf(store, 'u|a'), store.queued, store.hears('x')]).toEqual([[], 0, false])
  })
})

describe('the file', () => {
  test('of another holder is refused', () => {
    const file = newFile()
    const holder = openStore({ file })
    expect(() => openStore({ file })).toThrow(expect.objectContaining({ code: 'OHM_BUS_STATE_UNUSABLE' }))
    holder.close()
    openStore({ file }).close()
  })

  test('of a newer version is refused and left as it is', async () => {
    const { DatabaseSync } = await import('node:sqlite')
    const file = newFile()
    const db = new DatabaseSync(file)
    db.exec('PRAGMA user_version = 99')
    db.close()
    const before = readFileSync(file)
    expect(() => openStore({ file })).toThrow(/newer version/)
    expect(readFileSync(file).length).toBeGreaterThanOrEqual(before.length)
  })

  test('that is damaged is set aside, and the operator told', () => {
    const file = newFile()
    writeFileSync(
      file,
      'this is no database, and long enough to be looked at as one would look at a header'.repeat(20),
    )
    const troubles: Error[] = []
    const store = openStore({ file, troubles })
    expect(store.sessions).toBe(0)
    expect(troubles.map(error => error.message)).toEqual([expect.stringContaining('.damaged')])
    expect(readFileSync(`${file}.damaged`, 'latin1')).toContain('no database')
    store.close()
  })
})
