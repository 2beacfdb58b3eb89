import { setTimeout as pause } from 'node:timers/promises'
import { Platform, RawMqtt, TcpProxy, tempFolder, until } from '@ohmstead/testkit'
import { expect, test } from 'vitest'
import { AckLog } from './ackLog.ts'
import { rounds } from './rounds.ts'
import { FaultSite, metric } from './site.ts'
import { SseReader } from './sseReader.ts'

interface Presence {
  device: string
  connected: boolean
}

test('a link that is dead without a word is found within one and a half keep-alives, and told once', async () => {
  using folder = tempFolder()
  await using platform = await Platform.start(folder.path)
  const site = await FaultSite.make(platform, ['meter'])
  await using proxy = await TcpProxy.start(platform.mqttPort)
  using watcher = await RawMqtt.open(platform.mqttPort, site.login)
  await watcher.subscribe(`sites/${site.id}/devices/+/status`)
  using stream = await SseReader.open(site, '?types=presence')
  const told = (connected: boolean) =>
    stream.events.filter(({ data }) => (data as Presence).connected === connected).length

  const keepAliveS = 1
  const will = {
    topic: `sites/${site.id}/devices/meter/status`,
    payload: '{"online":false}',
    qos: 1 as const,
  }
  const { readings, ...login } = site.device('meter')
  using device = await RawMqtt.open(proxy.port, { ...login, keepAliveS, will })
  expect(await device.publish(readings, '{"measurement":"airSensor","fields":{"temperature":1}}')).toBe(true)
  await until('the device is seen', () => told(true) === 1)

  proxy.swallow()
  const began = performance.now()
  // It goes on trying, unheard: this must not keep it alive.
  const trying = setInterval(() => device.socket.write(Buffer.from([0xc0, 0])), 200)
  await until('the device is called offline', () => told(false) === 1)
  clearInterval(trying)
  const tookMs = performance.now() - began
  await pause(keepAliveS * 1000)
  const wills = (await watcher.messages()).filter(({ topic }) => topic === will.topic)
  console.log(`keep-alive ${keepAliveS} s: offline after ${tookMs.toFixed(0)} ms`)
  expect(tookMs).toBeGreaterThan(keepAliveS * 1000 - 300)
  expect(tookMs).toBeLessThan(keepAliveS * 1500 + 2000)
  expect([told(true), told(false), wills.length]).toEqual([1, 1, 1])

  proxy.heal()
  using again = await RawMqtt.open(proxy.port, { ...login, keepAliveS, will })
  expect(await again.publish(readings, '{"measurement":"airSensor","fields":{"temperature":2}}')).toBe(true)
})

const cuts = rounds(20, 300)
test(`${cuts} cuts in the middle of packets on a slow link lose nothing and store nothing twice`, {
  timeout: 600_000,
}, async () => {
  using folder = tempFolder()
  await using platform = await Platform.start(folder.path)
  await using proxy = await TcpProxy.start(platform.mqttPort)
  const log = await AckLog.open(platform, 5, { port: proxy.port })
  proxy.delayMs = 5
  proxy.cutAfter = () => 200 + Math.floor(Math.random() * 60_000)
  await log.publishDuring(async () => {
    await until(`${cuts} cuts`, () => proxy.cuts >= cuts, { withinMs: 500_000 })
    proxy.cutAfter = () => Number.POSITIVE_INFINITY
    proxy.cut()
    const standing = log.acknowledged
    await until('acknowledgements on a whole link', () => log.acknowledged > standing + 100)
  })
  const verdict = await log.check()
  console.log(`${proxy.cuts} cuts, ${log.broken} reconnects, ${log.acknowledged} acknowledged`, verdict)
  expect(log.acknowledged).toBeGreaterThan(cuts * 10)
  expect(verdict).toEqual({ lost: 0, twice: 0 })
})

test('a link that swallows the acknowledgements makes the client send again, and nothing is stored twice', async () => {
  using folder = tempFolder()
  await using platform = await Platform.start(folder.path)
  await using proxy = await TcpProxy.start(platform.mqttPort)
  const log = await AckLog.open(platform, 3, { port: proxy.port })
  const accepted = () => metric(platform, 'ohmstead_readings_accepted_total')
  const faults = rounds(2, 10)
  await log.publishDuring(async () => {
    for (let round = 0; round < faults; round++) {
      const standing = log.acknowledged
      await until('acknowledgements', () => log.acknowledged > standing + 500)
      proxy.swallow('answers')
      const unheard = log.acknowledged
      await until('readings that are stored unheard', async () => (await accepted()) > unheard + 100)
      proxy.heal()
    }
    const standing = log.acknowledged
    await until('acknowledgements after the last fault', () => log.acknowledged > standing + 500)
  })
  const verdict = await log.check()
  console.log(`${await accepted()} readings taken for ${log.acknowledged} acknowledged`, verdict)
  expect(await accepted()).toBeGreaterThan(log.acknowledged)
  expect(log.broken).toBeGreaterThanOrEqual(faults)
  expect(verdict).toEqual({ lost: 0, twice: 0 })
})
