import { MqttLoad, memoryOf, Platform, RawMqtt, tempFolder, until } from '@ohmstead/testkit'
import { expect, test } from 'vitest'
import { Latencies } from './latencies.ts'
import { FaultSite, metric } from './site.ts'
import { SseReader } from './sseReader.ts'

/** Large readings, so that the buffers of the system are full soon. */
const large = (n: number) => `{"measurement":"note","fields":{"n":${n},"text":"${'x'.repeat(3800)}"}}`

/** One device that keeps publishing large readings, over as many connections as it takes. */
async function publishing<T>(
  site: FaultSite,
  name: string,
  work: (sent: () => number) => Promise<T>,
): Promise<T> {
  const { device, readings, ...login } = site.device(name)
  const load = new MqttLoad(
    { host: '127.0.0.1', port: site.platform.mqttPort, topic: readings, ...login },
    { window: 100, payload: large },
  )
  await load.connect()
  const running = load.run().catch(() => {})
  try {
    return await work(() => load.acknowledged)
  } finally {
    load.close()
    await running
  }
}

/** Latencies of a quiet device while `until` holds. */
async function quiet(site: FaultSite, name: string, during: Promise<unknown>): Promise<Latencies> {
  const latencies = new Latencies()
  const { readings, ...login } = site.device(name)
  using device = await RawMqtt.open(site.platform.mqttPort, login)
  let isDone = false
  const ended = during.finally(() => (isDone = true))
  while (!isDone) {
    const began = performance.now()
    expect(await device.publish(readings, '{"measurement":"airSensor","fields":{"temperature":20}}')).toBe(
      true,
    )
    latencies.add(performance.now() - began)
  }
  await ended
  return latencies
}

test('a frozen subscriber is dropped and costs the others nothing', { timeout: 120_000 }, async () => {
  using folder = tempFolder()
  await using platform = await Platform.start(folder.path)
  const site = await FaultSite.make(platform, ['loud', 'quiet'])
  using healthy = await RawMqtt.open(platform.mqttPort, { ...site.login, clientId: 'healthy' })
  await healthy.subscribe('sites/home/devices/quiet/readings')
  using frozen = await RawMqtt.open(platform.mqttPort, { ...site.login, clientId: 'frozen' })
  await frozen.subscribe('sites/home/#')
  const sessions = () => metric(platform, 'ohmstead_mqtt_sessions')
  const before = memoryOf(platform.pid).rssMb
  frozen.socket.pause()
  const began = performance.now()
  const latencies = await publishing(site, 'loud', sent => {
    // The loud, the quiet and the healthy one stay.
    const dropped = until('the frozen one is dropped', async () => sent() > 500 && (await sessions()) === 3, {
      withinMs: 60_000,
    })
    return quiet(site, 'quiet', dropped)
  })
  const tookMs = performance.now() - began
  const { rssMb } = memoryOf(platform.pid)
  console.log(
    `frozen subscriber dropped after ${tookMs.toFixed(0)} ms; a quiet device meanwhile: ${latencies}`,
  )
  console.log(`memory ${before.toFixed(0)} MB before, ${rssMb.toFixed(0)} MB after`)
  frozen.socket.resume()
  await until('it sees that it was dropped', () => frozen.isClosed)
  expect(healthy.isClosed).toBe(false)
  expect((await healthy.messages()).length).toBeGreaterThanOrEqual(latencies.count)
  expect(latencies.quantile(1)).toBeLessThan(5000)
  expect(rssMb - before).toBeLessThan(200)
})

test('a frozen reader of the stream is dropped and costs the others nothing', {
  timeout: 120_000,
}, async () => {
  using folder = tempFolder()
  await using platform = await Platform.start(folder.path)
  const site = await FaultSite.make(platform, ['loud', 'quiet'])
  using healthy = await SseReader.open(site, '?device=quiet')
  using frozen = await SseReader.open(site)
  frozen.freeze()
  const before = memoryOf(platform.pid).rssMb
  const latencies = await publishing(site, 'loud', sent => {
    const sentEnough = until('a lot was published', () => sent() > 8000, { withinMs: 90_000 })
    return quiet(site, 'quiet', sentEnough)
  })
  const { rssMb } = memoryOf(platform.pid)
  frozen.thaw()
  await until('it sees that it was dropped', () => frozen.isClosed)
  console.log(
    `frozen stream got ${(frozen.bytes / 1e6).toFixed(1)} MB; a quiet device meanwhile: ${latencies}`,
  )
  console.log(`memory ${before.toFixed(0)} MB before, ${rssMb.toFixed(0)} MB after`)
  await until('the other has its events', () => events(healthy) >= latencies.count)
  expect(healthy.isClosed).toBe(false)
  expect(frozen.bytes).toBeLessThan(8000 * large(0).length)
  expect(rssMb - before).toBeLessThan(250)
})

/** Readings among the events. */
function events(reader: SseReader): number {
  return reader.events
    .filter(({ type }) => type === 'readings')
    .reduce((sum, { data }) => sum + (data as unknown[]).length, 0)
}
