import { Platform, RawMqtt, tempFolder } from '@ohmstead/testkit'
import { expect, test } from 'vitest'
import { rounds } from './rounds.ts'
import { FaultSite } from './site.ts'

const count = rounds(3, 25)
const hourMs = 3_600_000
const minuteMs = 60_000
const start = Date.UTC(2026, 0, 1)

interface Energy {
  groups: { key: string; buckets: { importWh: number | null; exportWh: number | null }[] }[]
}

/** Sum over the buckets of a device. */
async function energyOf(site: FaultSite, device: string, hours: number) {
  const query = `device=${device}&by=hour&from=${start}&to=${start + hours * hourMs}`
  const { groups } = await site.get<Energy>(`/energy?${query}`)
  const buckets = groups.flatMap(group => group.buckets)
  const sum = (of: (bucket: (typeof buckets)[number]) => number | null) =>
    Math.round(buckets.reduce((total, bucket) => total + (of(bucket) ?? 0), 0))
  return { importWh: sum(({ importWh }) => importWh), exportWh: sum(({ exportWh }) => exportWh) }
}

test(`after ${count} kills right behind the acknowledgements the energy of what was acknowledged is right`, {
  timeout: 600_000,
}, async () => {
  using folder = tempFolder()
  await using platform = await Platform.start(folder.path)
  const site = await FaultSite.make(platform, ['counter', 'heater'])
  let slowestMs = 0
  for (let round = 0; round < count; round++) {
    await publishHour(
      site,
      'counter',
      round,
      minute =>
        `"energyImport":${1000 * round + (minute * 50) / 3},"energyExport":${10 * round + minute / 6}`,
    )
    await publishHour(site, 'heater', round, () => '"power":600')
    // The acknowledgements were read a moment ago: the ledger has had no time to look.
    await platform.kill()
    slowestMs = Math.max(slowestMs, await platform.restart())
    expect(await energies(site, round + 1)).toEqual(rightAfter(round + 1))
  }
  console.log(
    `${count} kills: ready, with the right energy, at most ${slowestMs.toFixed(0)} ms after the start`,
  )
  // Once more with nothing new: what was right does not become wrong.
  await platform.kill()
  await platform.restart()
  expect(await energies(site, count)).toEqual(rightAfter(count))
})

async function energies(site: FaultSite, hours: number) {
  return {
    counter: await energyOf(site, 'counter', hours),
    heater: await energyOf(site, 'heater', hours),
  }
}

function rightAfter(hours: number) {
  return {
    counter: { importWh: 1000 * hours, exportWh: 10 * hours },
    heater: { importWh: 600 * hours, exportWh: 0 },
  }
}

/** A reading a minute from the full hour to the next, both included; returns when all are acknowledged. */
async function publishHour(
  site: FaultSite,
  name: string,
  hour: number,
  fields: (minute: number) => string,
): Promise<void> {
  const { readings, ...login } = site.device(name)
  using device = await RawMqtt.open(site.platform.mqttPort, login)
  const acks = await Promise.all(
    Array.from({ length: 61 }, (_, minute) => {
      const time = start + hour * hourMs + minute * minuteMs
      return device.publish(
        readings,
        `{"measurement":"electricalMeter","time":${time},"fields":{${fields(minute)}}}`,
      )
    }),
  )
  expect(acks).not.toContain(false)
}
