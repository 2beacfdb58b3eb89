import { duplexPair } from 'node:stream'
import { Aedes, type AuthenticateError } from 'aedes'
import { MqttClient } from 'mqtt'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DeviceLink } from './deviceLink.ts'
import { observe } from './observe.ts'
import type { Dial } from './session.ts'

const reading = { measurement: 'electricalMeter', fields: { power: 12.5 } }
const who = { url: 'memory:', username: 'home/plug', password: 'right' }
const plug = { ...who, site: 'home', device: 'plug' }

let broker: Aedes
/** A connection without a socket. */
const dial: Dial = (_, options) =>
  new MqttClient(() => {
    const [here, there] = duplexPair()
    // As a socket does: when one end is gone, so is the other.
    here.on('close', () => there.destroy())
    there.on('close', () => here.destroy())
    broker.handle(there)
    return here
  }, options)

beforeEach(async () => {
  broker = await Aedes.createBroker()
  broker.authenticate = (_client, _username, password, done) =>
    password?.toString() === 'right'
      ? done(null, true)
      : done(Object.assign(new Error('no'), { returnCode: 4 }) as AuthenticateError, false)
})
afterEach(() => new Promise<void>(resolve => broker.close(() => resolve())))

/** The next message that a client publishes on a topic. */
function published(topic: string): Promise<{ payload: unknown; retain: boolean; qos: number }> {
  return new Promise(resolve =>
    broker.on('publish', ({ topic: at, payload, retain, qos }, client) => {
      if (client !== null && at === topic) resolve({ payload: JSON.parse(payload.toString()), retain, qos })
    }),
  )
}

test('readings resolve once the broker has acknowledged them', async () => {
  let commit = () => {}
  broker.authorizePublish = (_client, packet, done) => {
    if (packet.topic.endsWith('/readings')) commit = () => done(null)
    else done(null)
  }
  await using link = await DeviceLink.open({ ...plug, dial })
  let durable = false
  const sent = link.send([reading, reading]).then(() => (durable = true))
  await expect.poll(() => String(commit)).toContain('done(null)')
  expect(durable).toBe(false)
  const arrived = published('sites/home/devices/plug/readings')
  commit()
  await sent
  expect(await arrived).toMatchObject({ payload: [reading, reading], qos: 1, retain: false })
})

test('a status is kept for whoever asks later, and a goodbye is said', async () => {
  const link = await DeviceLink.open({ ...plug, dial })
  const online = published('sites/home/devices/plug/status')
  await link.status({ state: 'online', firmware: '1.2' })
  expect(await online).toMatchObject({ payload: { state: 'online', firmware: '1.2' }, retain: true })
  const goodbye = published('sites/home/devices/plug/status')
  await link[Symbol.asyncDispose]()
  expect(await goodbye).toMatchObject({ payload: { state: 'offline' }, retain: true })
  await link[Symbol.asyncDispose]()
})

test('orders arrive and are answered', async () => {
  await using link = await DeviceLink.open({ ...plug, dial })
  const stop = new AbortController()
  const orders = link.commands(stop.signal)
  const first = orders.next()
  await expect.poll(() => broker.connectedClients).toBe(1)
  const order = { id: 'c1', capability: 'switch', value: true, expires: 99 }
  const subscribed = new Promise(resolve => broker.once('subscribe', resolve))
  await subscribed
  for (const payload of ['not JSON', '{"no":"order"}', JSON.stringify(order)])
    broker.publish(
      {
        cmd: 'publish',
        topic: 'sites/home/devices/plug/commands',
        payload,
        qos: 1,
        retain: false,
        dup: false,
      },
      () => {},
    )
  expect((await first).value).toEqual(order)
  const answer = published('sites/home/devices/plug/results')
  await link.result('c1', 'observed')
  expect(await answer).toMatchObject({ payload: { id: 'c1', state: 'observed' } })
  stop.abort()
  expect((await orders.next()).done).toBe(true)
})

test('wrong credentials are an error at once', async () => {
  await expect(DeviceLink.open({ ...plug, password: 'wrong', dial })).rejects.toThrow(
    /not authori[sz]ed|bad user/i,
  )
})

test('readings of a site pass by with the device they are from', async () => {
  const stop = new AbortController()
  const seen = observe({ ...who, site: 'home', dial, signal: stop.signal })
  const subscribed = new Promise(resolve => broker.once('subscribe', resolve))
  const first = seen.next()
  await subscribed
  await using link = await DeviceLink.open({ ...plug, dial })
  await link.send([reading, { ...reading, time: 5 }])
  expect((await first).value).toEqual({ ...reading, site: 'home', device: 'plug' })
  expect((await seen.next()).value).toMatchObject({ time: 5 })
  stop.abort()
  expect((await seen.next()).done).toBe(true)
})
