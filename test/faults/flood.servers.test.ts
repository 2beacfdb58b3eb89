import { setTimeout as pause } from 'node:timers/promises'
import { MqttLoad, memoryOf, Platform, RawMqtt, tempFolder, until } from '@ohmstead/testkit'
import { expect, test } from 'vitest'
import { Latencies } from './latencies.ts'
import { rounds } from './rounds.ts'
import { type DeviceLogin, FaultSite } from './site.ts'

const reading = (n: number) => `{"measurement":"electricalMeter","fields":{"power":${n % 5000}}}`

/** Every device sends once per `everyMs`, each at a moment of its own, and waits for the acknowledgement. */
async function beat(
  site: FaultSite,
  names: readonly string[],
  forMs: number,
  everyMs: number,
): Promise<Latencies> {
  const latencies = new Latencies()
  const end = performance.now() + forMs
  await Promise.all(
    names.map(async (name, at) => {
      const { readings, ...login } = site.device(name)
      using device = await RawMqtt.open(site.platform.mqttPort, login)
      await pause((at / names.length) * everyMs)
      for (let n = 0; performance.now() < end; n++) {
        const began = performance.now()
        expect(await device.publish(readings, reading(n))).toBe(true)
        latencies.add(performance.now() - began)
        await pause(Math.max(0, everyMs - (performance.now() - began)))
      }
    }),
  )
  return latencies
}

/** Publishes as fast as its window lets it, until it is stopped. */
async function flood(platform: Platform, { device, readings, ...login }: DeviceLogin, window: number) {
  const load = new MqttLoad(
    { host: '127.0.0.1', port: platform.mqttPort, topic: readings, ...login },
    { window, payload: reading },
  )
  await load.connect()
  const done = load.run().catch(() => {})
  const stop = async () => {
    load.close()
    await done
  }
  return { load, stop }
}

test('a device that floods does not stop the others', { timeout: 180_000 }, async () => {
  using folder = tempFolder()
  await using platform = await Platform.start(folder.path)
  const names = Array.from({ length: 100 }, (_, n) => `normal-${n}`)
  const site = await FaultSite.make(platform, [...names, 'flooder'])
  const ms = rounds(2000, 30_000)

  const alone = await beat(site, names, ms, 500)
  const before = memoryOf(platform.pid).rssMb
  const began = performance.now()
  const flooding = await flood(platform, site.device('flooder'), 4000)
  const beside = await beat(site, names, ms, 500)
  const perSecond = flooding.load.acknowledged / ((performance.now() - began) / 1000)
  await flooding.stop()
  const { rssMb } = memoryOf(platform.pid)
  console.log(`alone: ${alone}`)
  console.log(`beside ${perSecond.toFixed(0)} messages/s of one device: ${beside}`)
  console.log(`memory ${before.toFixed(0)} MB before, ${rssMb.toFixed(0)} MB after the flood`)
  // 100 times the rate of a normal device, at least.
  expect(perSecond).toBeGreaterThan(200)
  expect(beside.count).toBeGreaterThan(alone.count / 3)
  expect(beside.quantile(0.99)).toBeLessThan(5000)
  expect(rssMb - before).toBeLessThan(400)
})

const clients = rounds(2000, 10_000)
test(`${clients} clients come back after a restart`, { timeout: 300_000 }, async () => {
  using folder = tempFolder()
  await using platform = await Platform.start(folder.path)
  const site = await FaultSite.make(platform, ['meter'])
  const first = await storm(site, clients)
  const held = memoryOf(platform.pid).rssMb
  const gone = first.sockets
  await platform.kill()
  await until('all are cut off', () => gone.every(({ isClosed }) => isClosed))
  await platform.restart()
  const second = await storm(site, clients)
  const { rssMb, peakMb } = memoryOf(platform.pid)
  console.log(
    `${clients} clients: ${first.tookMs.toFixed(0)} ms at first (${held.toFixed(0)} MB), ` +
      `${second.tookMs.toFixed(0)} ms after the restart with ${second.retries} retries (${rssMb.toFixed(0)} MB, at most ${peakMb.toFixed(0)} MB)`,
  )
  expect(second.tookMs).toBeLessThan(60_000)
  expect(rssMb).toBeLessThan(600)
  const { readings, ...login } = site.device('meter')
  using device = await RawMqtt.open(platform.mqttPort, login)
  expect(await device.publish(readings, reading(1))).toBe(true)
  for (const socket of second.sockets) socket.close()
})

/** All clients at once; who is turned away comes again after a random pause. */
async function storm(site: FaultSite, count: number) {
  const began = performance.now()
  let retries = 0
  const sockets = await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      await pause(Math.random() * 500)
      for (;;) {
        const client = RawMqtt.dial(site.platform.mqttPort)
        if ((await client.connect({ ...site.login, clientId: `client-${n}` }, 60_000)) === 0) return client
        client.close()
        retries++
        await pause(200 + Math.random() * 1000)
      }
    }),
  )
  return { sockets, retries, tookMs: performance.now() - began }
}

const isLong = rounds(0, 1) === 1
if (!isLong)
  console.log('memory under long texts is only looked at in the long rounds: it takes half a minute')
test.skipIf(!isLong)(
  'a device that sends long texts cannot fill the memory',
  { timeout: 300_000 },
  async () => {
    using folder = tempFolder()
    await using platform = await Platform.start(folder.path)
    const site = await FaultSite.make(platform, ['talker'])
    const { device, readings, ...login } = site.device('talker')
    const start = Date.UTC(2026, 0, 1)
    const texts = (n: number) =>
      Array.from({ length: 20 }, (_, k) => `"t${k}":"${String(20 * n + k).padStart(4000, 'x')}"`).join()
    const load = new MqttLoad(
      { host: '127.0.0.1', port: platform.mqttPort, topic: readings, ...login },
      { window: 20, payload: n => `{"measurement":"note","time":${start + n},"fields":{${texts(n)}}}` },
    )
    await load.connect()
    const done = load.run().catch(() => {})
    await until('640 MB of text', () => load.acknowledged >= 8000, { withinMs: 200_000 })
    load.close()
    await done
    const { rssMb } = memoryOf(platform.pid)
    await platform.kill()
    const startMs = await platform.restart()
    const after = memoryOf(platform.pid).rssMb
    console.log(
      `640 MB of text: ${rssMb.toFixed(0)} MB; after a kill ${after.toFixed(0)} MB, ready in ${startMs.toFixed(0)} ms`,
    )
    expect(rssMb).toBeLessThan(1000)
    expect(after).toBeLessThan(600)
  },
)
