import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Platform, tempFolder, until } from '@ohmstead/testkit'
import { expect, test } from 'vitest'

const hour = 3_600_000
const start = Date.UTC(2026, 0, 1)
const plug = { id: 'plug', name: 'Plug' }

async function measured(platform: Platform): Promise<void> {
  await platform.api('POST', '/api/sites', { id: 'home', name: 'Home', timezone: 'UTC' })
  await platform.api('POST', '/api/sites/home/devices', plug)
  const reading = { site: 'home', device: 'plug', measurement: 'electricalMeter' }
  await platform.api('POST', '/api/readings', [
    { ...reading, time: start, fields: { energyImport: 1000 } },
    { ...reading, time: start + hour, fields: { energyImport: 1250 } },
  ])
  await until('the energy is there', async () => (await left(platform)).energy.includes(250))
}

/** What is known of the site's readings and energy. */
async function left(platform: Platform) {
  const { series } = await platform.api<{ series: { values: number[] }[] }>(
    'GET',
    '/api/sites/home/readings/latest',
  )
  const { groups } = await platform.api<{ groups: { buckets: { importWh: number | null }[] }[] }>(
    'GET',
    `/api/sites/home/energy?from=${start}&to=${start + hour}&by=hour`,
  )
  return {
    values: series.flatMap(({ values }) => values),
    energy: groups.flatMap(({ buckets }) => buckets).map(({ importWh }) => importWh),
  }
}

test('a device under the id of a removed one has nothing of it', async () => {
  using folder = tempFolder()
  await using platform = await Platform.start(folder.path)
  await measured(platform)
  await platform.api('DELETE', '/api/sites/home/devices/plug')
  await platform.api('POST', '/api/sites/home/devices', plug)
  expect(await left(platform)).toEqual({ values: [], energy: [null] })

  await platform.api('DELETE', '/api/sites/home')
  await platform.api('POST', '/api/sites', { id: 'home', name: 'Home', timezone: 'UTC' })
  expect(await left(platform)).toEqual({ values: [], energy: [null] })
})

test('a removal that the end of the process cut short is finished by the next start', async () => {
  using folder = tempFolder()
  await using platform = await Platform.start(folder.path)
  await measured(platform)
  await platform.kill()
  {
    // As a kill right behind the commit of the removal leaves it.
    using registry = new DatabaseSync(join(folder.path, 'registry.db'))
    registry.exec(
      "delete from devices where id = 'plug'; insert into removals values ('1', 'home', 'plug', 0)",
    )
  }
  await platform.restart()
  await until('nothing is left', async () => (await left(platform)).values.length === 0)
  await until('the id is free', () =>
    platform.api('POST', '/api/sites/home/devices', plug).then(
      () => true,
      () => false,
    ),
  )
  expect(await left(platform)).toEqual({ values: [], energy: [null] })
})
