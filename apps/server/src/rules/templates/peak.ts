import { z } from 'zod'
import {
  amount,
  devices,
  from,
  limit,
  measurement,
  minuteMs,
  minutes,
  namesOf,
  quoted,
  span,
  template,
} from './template.ts'

const Parameters = z.object({
  devices,
  measurement,
  limitW: limit.describe('Limit of the mean power, W'),
  overMinutes: minutes.default(15).describe('Time the mean is taken over, min'),
})

/** What demand tariffs charge: the mean over a quarter of an hour. */
export const peak = template<z.output<typeof Parameters>>({
  name: 'peak',
  title: 'Peak limit',
  description:
    'Raised when the mean power of the last minutes passes a limit; cleared when it is below again.',
  parameters: Parameters,
  epl({ devices, measurement, limitW, overMinutes }) {
    return [
      `insert into Mean select device, avg(power) as value\n` +
        `  from ${quoted(measurement)}(${from(devices)}, power is not null)#time(${Math.round(overMinutes * 60)} seconds)\n` +
        `  group by device`,
      `@name('raise') select device, value from Mean(value > ${limitW})`,
      `@name('clear') select device, value from Mean(value <= ${limitW})`,
    ].join(';\n')
  },
  sentence: ({ devices, measurement, limitW, overMinutes }, names) =>
    `When ${namesOf(devices, names)} draws more than ${amount(limitW, measurement, 'power')} in the mean of ${span(overMinutes)}`,
  memoryMs: ({ overMinutes }) => 2 * overMinutes * minuteMs,
})
