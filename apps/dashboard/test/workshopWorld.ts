import { type Platform, until } from '@ohmstead/testkit'

const minute = 60_000
const quarter = 15 * minute
const at = (time: string) => Date.parse(time)
/** Around both changes of the clocks of 2025 in Oslo. */
const stretches = [
  { from: at('2025-03-29T00:00:00+01:00'), to: at('2025-04-01T00:00:00+02:00') },
  { from: at('2025-10-20T00:00:00+02:00'), to: at('2025-10-28T00:00:00+01:00') },
]
const restart = at('2025-10-22T12:00:00+02:00')
const silence = { from: at('2025-10-23T00:00:00+02:00'), to: at('2025-10-24T00:00:00+02:00') }

/**
 * A workshop in Oslo: the counter of its pump begins again at noon of 22 October, its lathe sends power and says nothing
 * on the 23rd, and its panel makes 2 kWh each hour of the day.
 */
export async function fillWorkshop(platform: Platform): Promise<void> {
  await platform.api('POST', '/api/sites', { id: 'workshop', name: 'Workshop', timezone: 'Europe/Oslo' })
  const devices = { pump: pumpReadings(), lathe: latheReadings(), panel: panelReadings() }
  for (const [id, readings] of Object.entries(devices)) {
    const name = `${id[0]!.toUpperCase()}${id.slice(1)}`
    await platform.api('POST', '/api/sites/workshop/devices', { id, name, capabilities: ['meter'] })
    await platform.api('POST', `/api/sites/workshop/devices/${id}/readings`, readings)
  }
  await until('the energy of the workshop is computed', async () => {
    const query = 'from=2025-10-26&to=2025-10-27&by=day&group=device'
    const { groups } = await platform.api<{ groups: { buckets: { completeness: number }[] }[] }>(
      'GET',
      `/api/sites/workshop/energy?${query}`,
    )
    return groups.length === 3 && groups.every(({ buckets }) => buckets[0]!.completeness > 0.99)
  })
}

const reading = (time: number, fields: object) => ({ measurement: 'electricalMeter', time, fields })

/** 400 W; more by the hour of the day, so that no two hours are alike. */
function pumpReadings() {
  let energyImport = 5000
  return times(quarter).map(time => {
    if (time === restart) energyImport = 0
    const now = energyImport
    energyImport += 100 + (Math.floor(time / 3_600_000) % 24)
    return reading(time, { energyImport: now })
  })
}

function latheReadings() {
  return times(5 * minute)
    .filter(time => time < silence.from || time >= silence.to)
    .map(time => reading(time, { power: 1200 }))
}

function panelReadings() {
  let energyExport = 100
  return times(quarter).map(time => {
    const now = energyExport
    const hour = new Date(time).getUTCHours()
    if (hour >= 6 && hour < 16) energyExport += 500
    return reading(time, { energyExport: now })
  })
}

function times(step: number): number[] {
  return stretches.flatMap(({ from, to }) =>
    Array.from({ length: (to - from) / step + 1 }, (_, n) => from + n * step),
  )
}
