import { z } from 'zod'
import { devices, field, from, hourMs, measurement, namesOf, quoted, template } from './template.ts'

const Parameters = z.object({
  devices,
  measurement: measurement.removeDefault().default('roomSensor'),
  field: field.removeDefault().default('temperature'),
  hours: z.number().positive().max(168).default(6).describe('How long it has to say the same, h'),
  least: z.number().int().min(3).max(10_000).default(5).describe('Readings that have to say so'),
})

/** A sensor that sends, but always the same. */
export const stuck = template<z.output<typeof Parameters>>({
  name: 'stuck',
  title: 'Stuck sensor',
  description:
    'Raised when a sensor goes on sending one and the same value; cleared when it says something else.',
  parameters: Parameters,
  epl({ devices, measurement, field, hours, least }) {
    const value = quoted(field)
    const seconds = Math.round(hours * 3600)
    return [
      `insert into Recent select device, min(${value}) as least, max(${value}) as most, count(*) as readings, min(time) as since\n` +
        `  from ${quoted(measurement)}(${from(devices)}, ${value} is not null)#time(${seconds} seconds) group by device`,
      `@name('raise') select device, most as value, since from Recent(least = most, readings >= ${least})\n` +
        `  where current_timestamp - since >= ${seconds * 900}`,
      `@name('clear') select device, most as value from Recent(least != most)`,
    ].join(';\n')
  },
  sentence: ({ devices, field, hours }, names) =>
    `When ${namesOf(devices, names)} says the same ${field} for ${hours} h`,
  memoryMs: ({ hours }) => 2 * hours * hourMs,
})
