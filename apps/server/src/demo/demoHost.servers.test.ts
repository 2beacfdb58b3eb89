import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Platform, tempFolder } from '@ohmstead/testkit'
import { expect, test } from 'vitest'
import { demoSites } from './sites/index.ts'

interface Demo {
  readonly state: string
  readonly done: number | null
}
interface Latest {
  readonly series: readonly { readonly device: string; readonly ageMs: number }[]
}

const sitesOf = async (platform: Platform) =>
  (await platform.api<{ items: { id: string }[] }>('GET', '/api/sites')).items.map(({ id }) => id)
const stateOf = async (platform: Platform) => (await platform.api<Demo>('GET', '/api/demo')).state

/** How many devices of one demo site were heard in the last seconds. */
async function fresh(platform: Platform): Promise<number> {
  const { series } = await platform.api<Latest>('GET', '/api/sites/demo-oslo/readings/latest')
  return new Set(series.filter(({ ageMs }) => ageMs < 15_000).map(({ device }) => device)).size
}

test('the demo is loaded beside a real site, goes on after a restart, and leaves no trace', {
  timeout: 240_000,
}, async () => {
  using folder = tempFolder()
  await using platform = await Platform.start(folder.path)
  await platform.api('POST', '/api/sites', { id: 'home', name: 'Home', timezone: 'Europe/Oslo' })
  expect(await stateOf(platform)).toBe('none')

  expect(await platform.api('POST', '/api/demo')).toMatchObject({ state: 'loading' })
  await expect(platform.api('POST', '/api/demo')).rejects.toThrow('409')
  await expect.poll(() => stateOf(platform), { timeout: 120_000, interval: 500 }).toBe('live')
  const devices = demoSites.find(({ id }) => id === 'demo-oslo')!.devices.length
  await expect.poll(() => fresh(platform), { timeout: 60_000, interval: 500 }).toBe(devices)
  const own = demoSites.map(({ id }) => id)
  expect((await sitesOf(platform)).toSorted()).toEqual([...own, 'home'].toSorted())

  await platform.kill()
  await platform.restart()
  await expect.poll(() => stateOf(platform), { timeout: 60_000, interval: 500 }).toBe('live')
  await expect.poll(() => fresh(platform), { timeout: 60_000, interval: 500 }).toBe(devices)

  await platform.api('DELETE', '/api/demo')
  expect(await stateOf(platform)).toBe('none')
  expect(await sitesOf(platform)).toEqual(['home'])
  expect(existsSync(join(folder.path, 'demo.json'))).toBe(false)
})

test('a site that only happens to be called like one of the demo is not touched', async () => {
  using folder = tempFolder()
  await using platform = await Platform.start(folder.path)
  await platform.api('POST', '/api/sites', { id: 'demo-oslo', name: 'Mine', timezone: 'Europe/Oslo' })
  await expect(platform.api('POST', '/api/demo')).rejects.toThrow(/409.*demo-oslo/)
  await platform.api('DELETE', '/api/demo')
  expect(await sitesOf(platform)).toEqual(['demo-oslo'])
})
