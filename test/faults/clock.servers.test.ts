import { join } from 'node:path'
import { Platform, tempFolder, until } from '@ohmstead/testkit'
import { expect, test } from 'vitest'
import { AckLog } from './ackLog.ts'
import { FakeTime } from './fakeTime.ts'

const dayMs = 86_400_000
const hourMs = 3_600_000
const moves = [
  ['-2d', -2 * dayMs],
  ['+0', 0],
  ['+400d', 400 * dayMs],
  ['+0', 0],
] as const

/** A site with two quiet devices, asked with its token: sessions end when the clock is 400 days ahead, as they should. */
class QuietSite {
  readonly #url: string
  readonly #headers: Record<string, string>

  constructor(platform: Platform, token: string) {
    this.#url = `${platform.url}/api/sites/faults`
    this.#headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  }

  static async make(platform: Platform, token: string): Promise<QuietSite> {
    for (const id of ['meter', 'sensor'])
      await platform.api('POST', '/api/sites/faults/devices', { id, name: id })
    return new QuietSite(platform, token)
  }

  async ask<T>(path: string): Promise<T> {
    return (await (await fetch(`${this.#url}${path}`, { headers: this.#headers })).json()) as T
  }

  /** @returns what became of them, once it is answered */
  async send(device: string, items: readonly object[]): Promise<unknown> {
    const body = JSON.stringify(items)
    const headers = this.#headers
    const answer = await fetch(`${this.#url}/devices/${device}/readings`, { method: 'POST', headers, body })
    return answer.json()
  }

  /** Waits until the server lives by its new clock: it says when it has heard a device. */
  async until(offset: string, ms: number): Promise<void> {
    await until(`the server's clock at ${offset}`, async () => {
      await this.send('sensor', [{ measurement: 'airSensor', fields: { temperature: 20 } }])
      const { items } = await this.ask<{ items: { device: string; lastSeen: number }[] }>('/presence')
      const seen = items.find(({ device }) => device === 'sensor')!.lastSeen
      return Math.abs(seen - Date.now() - ms) < 60_000
    })
  }

  /** Counter readings an hour apart, 1000 Wh more each, stamped by the device itself. */
  async count(day: number): Promise<void> {
    const items = [0, 1, 2].map(hour => ({
      measurement: 'electricalMeter',
      time: Date.UTC(2026, 1, day) + hour * hourMs,
      fields: { energyImport: day * 10_000 + hour * 1000 },
    }))
    expect(await this.send('meter', items)).toEqual({ accepted: 3, rejected: [] })
  }

  /** Wh of the first two hours of a day. */
  async energy(day: number): Promise<(number | null)[]> {
    const start = Date.UTC(2026, 1, day)
    const query = `device=meter&by=hour&from=${start}&to=${start + 2 * hourMs}`
    const { groups } = await this.ask<{ groups: { buckets: { importWh: number | null }[] }[] }>(
      `/energy?${query}`,
    )
    return groups.flatMap(({ buckets }) => buckets.map(({ importWh }) => importWh))
  }
}

test('a wall clock set two days back and 400 days ahead ends no session and loses no acknowledged reading', {
  timeout: 300_000,
}, async context => {
  using folder = tempFolder()
  const time = FakeTime.make(folder.path)
  if (typeof time === 'string') return context.skip(time)
  await using platform = await Platform.start(join(folder.path, 'data'), time.env)
  const log = await AckLog.open(platform, 5)
  const site = await QuietSite.make(platform, log.token)

  const work = async () => {
    for (const [offset, ms] of moves) {
      time.move(offset)
      await site.until(offset, ms)
      const standing = log.acknowledged
      await until(`acknowledgements at ${offset}`, () => log.acknowledged > standing + 500)
    }
  }
  await log.publishDuring(work, { reconnect: false })
  expect(log.broken).toBe(0)

  await platform.kill()
  await platform.restart()
  const verdict = await log.check()
  console.log(`${moves.length} moves of the clock, ${log.acknowledged} acknowledged`, verdict)
  expect(verdict).toEqual({ lost: 0, twice: 0 })
})

test('energy goes on being computed whatever happens to the wall clock', {
  timeout: 180_000,
}, async context => {
  using folder = tempFolder()
  const time = FakeTime.make(folder.path)
  if (typeof time === 'string') return context.skip(time)
  await using platform = await Platform.start(join(folder.path, 'data'), time.env)
  const { token } = await AckLog.open(platform, 0)
  const site = await QuietSite.make(platform, token)
  for (const [at, [offset, ms]] of ([['+0', 0], ...moves] as const).entries()) {
    time.move(offset)
    await site.until(offset, ms)
    const day = at + 1
    await site.count(day)
    await until(`energy at ${offset}`, async () => (await site.energy(day)).join() === '1000,1000')
  }
})
