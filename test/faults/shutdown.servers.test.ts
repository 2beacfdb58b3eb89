import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openDuckStore, StoreNotOpened } from '@ohmstead/telemetry'
import { freePort, Platform, tempFolder, until } from '@ohmstead/testkit'
import { expect, test } from 'vitest'
import { AckLog } from './ackLog.ts'
import { rounds, somewhere } from './rounds.ts'

const main = resolve(import.meta.dirname, '../../apps/server/src/main.ts')

/** Runs `ohmstead` to its end beside the server. */
async function ohmstead(args: string[], env: Record<string, string>) {
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ...env } })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (text += chunk))
  const [code] = await once(child, 'close')
  return { code, text }
}

/** Sends the signals, `apartMs` between them. @returns how long the server took to end */
async function end(platform: Platform, signals: readonly NodeJS.Signals[], apartMs: number): Promise<number> {
  const began = performance.now()
  for (const [at, signal] of signals.entries()) {
    if (at > 0) await pause(apartMs)
    if (platform.ended === undefined) platform.signal(signal)
  }
  await until('the server ends', () => platform.ended !== undefined, { withinMs: 30_000, everyMs: 5 })
  return performance.now() - began
}

const each = rounds(1, 10)
const ways: readonly [name: string, signals: readonly NodeJS.Signals[], apartMs: number][] = [
  ['SIGTERM', ['SIGTERM'], 0],
  ['SIGTERM twice at once', ['SIGTERM', 'SIGTERM'], 1],
  ['SIGTERM and SIGINT a moment later', ['SIGTERM', 'SIGINT'], 100],
]

test(`${each} times each SIGTERM, SIGTERM twice and SIGINT behind it, under load: 0 within 5 s, nothing acknowledged lost`, {
  timeout: 600_000,
}, async () => {
  using folder = tempFolder()
  await using platform = await Platform.start(folder.path)
  const log = await AckLog.open(platform, 10)
  for (const [name, signals, apartMs] of ways) {
    let slowestMs = 0
    for (let round = 0; round < each; round++) {
      const ended = somewhere(300, 1000).then(() => end(platform, signals, apartMs))
      await log.publishUntil(ended)
      slowestMs = Math.max(slowestMs, await ended)
      expect([name, platform.ended]).toEqual([name, { code: 0, signal: null }])
      await platform.restart()
    }
    console.log(`${each} × ${name}: slowest end ${slowestMs.toFixed(0)} ms`)
    expect([name, slowestMs < 5000]).toEqual([name, true])
  }
  const verdict = await log.check()
  console.log(`${log.acknowledged} acknowledged`, verdict)
  expect(verdict).toEqual({ lost: 0, twice: 0 })
})

test('a supervisor that loses patience and kills during the shutdown loses nothing acknowledged', {
  timeout: 300_000,
}, async () => {
  using folder = tempFolder()
  await using platform = await Platform.start(folder.path)
  const log = await AckLog.open(platform, 10)
  for (let round = 0; round < rounds(2, 20); round++) {
    const apartMs = Math.random() * 100
    await log.publishUntil(somewhere(300, 800).then(() => end(platform, ['SIGTERM', 'SIGKILL'], apartMs)))
    await platform.restart()
  }
  expect(await log.check()).toEqual({ lost: 0, twice: 0 })
})

test('a second process is refused while the first lives, even one that is stopped, and disturbs nothing', {
  timeout: 180_000,
}, async () => {
  using folder = tempFolder()
  await using platform = await Platform.start(folder.path)
  const log = await AckLog.open(platform, 3)
  const env = {
    OHMSTEAD_DATA_DIR: folder.path,
    OHMSTEAD_HTTP_PORT: String(await freePort()),
    OHMSTEAD_MQTT_PORT: String(await freePort()),
  }
  const file = join(folder.path, 'readings.duckdb')
  await log.publishDuring(async () => {
    await until('acknowledgements', () => log.acknowledged > 500)
    platform.signal('SIGSTOP')
    const second = await ohmstead(['serve'], env)
    const refusal = await openDuckStore({ file }).catch((error: unknown) => error)
    platform.signal('SIGCONT')
    expect([second.code, second.text]).toEqual([
      1,
      expect.stringContaining(`held by process ${platform.pid}`),
    ])
    expect(refusal).toBeInstanceOf(StoreNotOpened)
    expect(String(refusal)).toContain(String(platform.pid))
    const standing = log.acknowledged
    // What does not need the readings works beside it.
    expect((await ohmstead(['token', 'list'], env)).code).toBe(0)
    await until('acknowledgements go on', () => log.acknowledged > standing + 500)
  })
  await platform.kill()
  // A dead holder is taken over, also by whoever opens the store alone.
  await using store = await openDuckStore({ file })
  expect(store.select({}).length).toBeGreaterThan(0)
  await store.close()
  await platform.restart()
  expect(await log.check()).toEqual({ lost: 0, twice: 0 })
})
