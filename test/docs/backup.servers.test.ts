import { cpSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Platform, tempFolder } from '@ohmstead/testkit'
import { expect, test } from 'vitest'

const at = (minute: number) => new Date(Date.UTC(2026, 0, 15, 12, minute)).toISOString()

function send(platform: Platform, minutes: readonly number[]): Promise<unknown> {
  const readings = minutes.map(minute => ({
    measurement: 'electricalMeter',
    time: at(minute),
    fields: { energyImport: 1000 + minute },
  }))
  return platform.api('POST', '/api/sites/home/devices/plug-1/readings', readings)
}

/** Everything that a restore has to bring back, in words that can be compared. */
async function seen(platform: Platform): Promise<unknown> {
  const range = `from=${at(0)}&to=${at(30)}`
  return {
    readings: await platform.api('GET', `/api/sites/home/readings?${range}`),
    slots: await platform.api('GET', `/api/sites/home/devices/plug-1/slots?${range}`),
    edits: await platform.api('GET', '/api/sites/home/edits'),
    members: await platform.api('GET', '/api/sites/home/members'),
    audit: await platform.api('GET', '/api/audit/verify'),
  }
}

test('stop, copy, start is a backup: restored, everything is as it was', async () => {
  using folder = tempFolder()
  const [data, backup] = [join(folder.path, 'data'), join(folder.path, 'backup')]
  await using platform = await Platform.start(data)
  await platform.api('POST', '/api/sites', { id: 'home', name: 'Home', timezone: 'Europe/Oslo' })
  await platform.api('POST', '/api/sites/home/devices', { id: 'plug-1', name: 'Plug' })
  const login = await platform.api<{ username: string; password: string }>(
    'POST',
    '/api/sites/home/devices/plug-1/credentials',
  )
  await send(platform, [0, 5, 10, 15, 20])
  await expect
    .poll(() => seen(platform), { timeout: 20_000 })
    .toMatchObject({ slots: { slots: [{ importWh: 15 }, { importWh: 5 }] } })
  const edit = { kind: 'energy', from: at(0), to: at(15), importWh: 12 }
  await platform.api('POST', '/api/sites/home/devices/plug-1/edits', { edit })
  const before = await seen(platform)

  expect(await platform.stop()).toBe(0)
  expect(existsSync(join(data, 'ohmstead.lock'))).toBe(false)
  cpSync(data, backup, { recursive: true, preserveTimestamps: true })
  await platform.restart()
  await send(platform, [25, 30])
  await platform.api('DELETE', '/api/sites/home/edits/1')
  expect(await seen(platform)).not.toEqual(before)

  await platform.stop()
  rmSync(data, { recursive: true })
  cpSync(backup, data, { recursive: true, preserveTimestamps: true })
  await platform.restart()
  // The session of before is still one: its key came back with the folder.
  expect(await seen(platform)).toEqual(before)
  const answer = await fetch(`${platform.url}/api/sites/home/devices/plug-1/readings`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${btoa(`${login.username}:${login.password}`)}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ measurement: 'electricalMeter', time: at(25), fields: { energyImport: 1025 } }),
  })
  expect(await answer.json()).toEqual({ accepted: 1, rejected: [] })
})

test('a rehearsal beside the running server needs the locks of the copy deleted', async () => {
  using folder = tempFolder()
  const [data, copy] = [join(folder.path, 'data'), join(folder.path, 'copy')]
  await using platform = await Platform.start(data)
  await platform.api('POST', '/api/sites', { id: 'home', name: 'Home', timezone: 'Europe/Oslo' })
  // Frozen, its files are of one instant, as in a snapshot of the file system.
  platform.signal('SIGSTOP')
  cpSync(data, copy, { recursive: true })
  platform.signal('SIGCONT')
  await expect(Platform.start(copy)).rejects.toThrow(/is held by process/)
  for (const lock of ['ohmstead.lock', 'readings.duckdb.lock']) rmSync(join(copy, lock))
  await using rehearsal = await Platform.start(copy)
  expect(await rehearsal.api('GET', '/api/sites/home')).toEqual(await platform.api('GET', '/api/sites/home'))
})
