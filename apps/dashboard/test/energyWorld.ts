import type { Platform } from '@ohmstead/testkit'

const quarter = 900_000
/** Monday in Oslo, two weeks before the clocks change there on the last Sunday. */
const first = Date.parse('2025-10-13T00:00:00+02:00')
const last = Date.parse('2025-10-28T00:00:00+01:00')
const secondWeek = Date.parse('2025-10-20T00:00:00+02:00')

/** W of each meter; the second week needs twice as much as the first. */
const watts: Readonly<Record<string, number>> = { mains: 1000, heater: 600, fridge: 100 }
/** The fridge's plug says nothing, and goes on counting. */
const silence = { from: Date.parse('2025-10-23T09:00:00+02:00'), to: Date.parse('2025-10-23T12:00:00+02:00') }

/**
 * A home in Oslo whose energy is known to the watt-hour: 12 kWh a day from 13 to 19 October 2025, then 24 kWh, and 25 kWh
 * on the 26th, which has 25 hours. Of 1000 W the heater takes 600 and the fridge 100.
 */
export async function fillHome(platform: Platform, site = 'home'): Promise<void> {
  await platform.api('POST', '/api/sites', { id: site, name: 'Home', timezone: 'Europe/Oslo' })
  await platform.api('POST', `/api/sites/${site}/places`, { id: 'kitchen', name: 'Kitchen', kind: 'room' })
  const device = (id: string, name: string, more: object) =>
    platform.api('POST', `/api/sites/${site}/devices`, { id, name, capabilities: ['meter'], ...more })
  await device('mains', 'Mains meter', {})
  await device('heater', 'Heater', { submeterOf: 'mains' })
  await device('fridge', 'Fridge', { submeterOf: 'mains', place: 'kitchen' })
  for (const id of Object.keys(watts))
    await platform.api('POST', `/api/sites/${site}/devices/${id}/readings`, readingsOf(id))
  await untilComputed(platform, site)
}

function readingsOf(id: string) {
  const readings: unknown[] = []
  let energyImport = 1000
  for (let time = first; time <= last; time += quarter) {
    const isSilent = id === 'fridge' && time > silence.from && time < silence.to
    if (!isSilent)
      readings.push({
        measurement: 'electricalMeter',
        time,
        fields: { energyImport: Math.round(energyImport * 1000) / 1000 },
      })
    energyImport += (watts[id]! / 4) * (time < secondWeek ? 0.5 : 1)
  }
  return readings
}

interface Answer {
  groups: { key: string; buckets: { importWh: number | null; completeness: number }[] }[]
}

/** Energy of one device between two local times, Wh. */
export async function energyOf(platform: Platform, device: string, from: string, to: string, by = 'hour') {
  const query = new URLSearchParams({ from, to, by, device, group: 'device' })
  const { groups } = await platform.api<Answer>('GET', `/api/sites/home/energy?${query}`)
  return (groups[0]?.buckets ?? []).map(({ importWh }) => importWh)
}

async function untilComputed(platform: Platform, site: string): Promise<void> {
  const query = new URLSearchParams({ from: '2025-10-13', to: '2025-10-27', by: 'week', group: 'device' })
  const deadline = Date.now() + 30_000
  while (Date.now() < deadline) {
    const { groups } = await platform.api<Answer>('GET', `/api/sites/${site}/energy?${query}`)
    const isWhole = groups.every(({ buckets }) => buckets.every(({ completeness }) => completeness === 1))
    if (groups.length === Object.keys(watts).length && isWhole) return
    await new Promise(again => setTimeout(again, 50))
  }
  throw new Error('the energy of the home was not computed within 30 s')
}
