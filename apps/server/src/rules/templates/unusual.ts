import { z } from 'zod'
import { dayMs, devices, from, hourMs, measurement, namesOf, quoted, template } from './template.ts'

const Parameters = z.object({
  devices,
  measurement,
  factor: z.number().min(1.1).max(100).default(2).describe('How many times its usual power'),
  days: z.number().int().min(3).max(60).default(28).describe('Days of its own history to compare with'),
})

/** An hour's mean power against the same hour of the days before. */
export const unusual = template<z.output<typeof Parameters>>({
  name: 'unusual',
  title: 'Unusual consumption',
  description:
    'Compares the mean power of each hour with the same hour of the days before; at least three of them have to be known.',
  parameters: Parameters,
  epl({ devices, measurement, factor, days }) {
    const usual = (comparison: string) =>
      `from Hourly#time(${days} days) group by device, hour\n` +
      `  having mean ${comparison} ${factor} * (sum(mean) - mean) / (count(*) - 1) and count(*) >= 4`
    return [
      `insert into Hourly select device, avg(power) as mean, current_timestamp.minus(1 hour).getHourOfDay() as hour\n` +
        `  from ${quoted(measurement)}(${from(devices)}, power is not null)#time_batch(1 hour, 0L)\n` +
        `  group by device having avg(power) is not null`,
      `@name('raise') select device, mean as value, (sum(mean) - mean) / (count(*) - 1) as usual ${usual('>')}`,
      `@name('clear') select device, mean as value ${usual('<=')}`,
    ].join(';\n')
  },
  sentence: ({ devices, factor, days }, names) =>
    `When ${namesOf(devices, names)} uses more than ${factor} × its usual for the hour (of ${days} days)`,
  memoryMs: ({ days }) => days * dayMs + 2 * hourMs,
})
