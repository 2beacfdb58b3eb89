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
    const recent = `from ${quoted(measurement)}(${from(devices)}, ${value} is not null)#time(${seconds} seconds) group by device`
    return [
      `@name('raise') select device, max(${value}) as value, min(time) as since ${recent}\n` +
        `  having min(${value}) = max(${value}) and count(*) >= ${least} and current_timestamp - min(time) >= ${seconds * 900}`,
      `@name('clear') select device, max(${value}) as value ${recent} having min(${value}) != max(${value})`,
    ].join(';\n')
  },
  sentence: ({ devices, field, hours }, names) =>
    `When ${namesOf(devices, names)} says the same ${field} for ${hours} h`,
  memoryMs: ({ hours }) => 2 * hours * hourMs,
})
