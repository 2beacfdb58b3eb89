import { type DeviceId, parseTopic, readReading, type SiteId, topics } from '@ohmstead/model'
import { expect, test } from 'vitest'
import { messageAt } from './deviceClient.ts'
import { fieldsOf } from './fields.ts'
import { Simulation } from './simulation.ts'
import { demoSites } from './sites/index.ts'

const at = Date.parse('2026-06-16T11:20:07Z')

test.each(demoSites.map(site => [site.id, site] as const))(
  '%s: what its devices send is taken whole',
  (id, site) => {
    const simulation = new Simulation('seed', site, { start: at - 86_400_000 })
    for (const device of site.devices) {
      expect(parseTopic(topics.readings(id, device.id))).toMatchObject({ site: id, device: device.id })
      const message: unknown = JSON.parse(JSON.stringify(messageAt(simulation, fieldsOf(device), at)))
      for (const input of [message].flat()) {
        const context = { site: id as SiteId, device: device.id as DeviceId, zone: site.timezone, now: at }
        const { reading, refusals } = readReading(input, context)
        expect(refusals).toEqual([])
        expect(reading?.time).toBe(at)
      }
    }
  },
)

test('a meter says one reading, a device of several groups one of each', () => {
  const simulation = new Simulation('seed', demoSites[0], { start: at - 86_400_000 })
  const message = (device: string) =>
    messageAt(simulation, fieldsOf(demoSites[0].devices.find(({ id }) => id === device)!), at)
  expect(message('fridge')).toEqual({
    measurement: 'electricalMeter',
    time: at,
    fields: { power: expect.any(Number), energyImport: expect.any(Number) },
  })
  expect(message('heat-pump')).toMatchObject([
    { measurement: 'electricalMeter' },
    { measurement: 'heatPumpController', fields: { mode: 'heat', on: expect.any(Boolean) } },
  ])
})
