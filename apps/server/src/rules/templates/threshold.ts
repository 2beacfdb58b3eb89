import { z } from 'zod'
import {
  amount,
  devices,
  field,
  from,
  limit,
  measurement,
  minuteMs,
  minutes,
  namesOf,
  period,
  quoted,
  span,
  template,
} from './template.ts'

const Parameters = z.object({
  devices,
  measurement,
  field,
  comparison: z.enum(['above', 'below']).describe('Whether a value has to be above or below the limit'),
  limit: limit.describe('Limit, in the unit of the field'),
  forMinutes: minutes.or(z.literal(0)).default(0).describe('How long it has to hold, min; 0 for at once'),
})

/** A value stays beyond a limit. Silence proves nothing: the alert waits for the reading that shows that it still holds. */
export const threshold = template<z.output<typeof Parameters>>({
  name: 'threshold',
  title: 'A value stays above or below a limit',
  description: 'Raised when a value has been beyond the limit for the whole time; cleared when it is back.',
  parameters: Parameters,
  epl({ devices, measurement, field, comparison, limit, forMinutes }) {
    const [stream, value, only] = [quoted(measurement), quoted(field), from(devices)]
    const beyond = `${value} ${comparison === 'above' ? '>' : '<'} ${limit}`
    const back = `${value} ${comparison === 'above' ? '<=' : '>='} ${limit}`
    const clear = `@name('clear') select device, ${value} as value from ${stream}(${only}, ${back})`
    if (forMinutes === 0)
      return `@name('raise') select device, ${value} as value from ${stream}(${only}, ${beyond});\n${clear}`
    return [
      `create context EachDevice partition by device from ${stream}(${only})`,
      `@name('raise') context EachDevice select b.device as device, b.${value} as value, a.time as since\n` +
        `  from pattern [every (a=${stream}(${only}, ${beyond})\n` +
        `    -> (timer:interval(${period(forMinutes)}) and not ${stream}(${only}, ${back}))\n` +
        `    -> (b=${stream}(${only}, ${beyond}) and not ${stream}(${only}, ${back})))]`,
      clear,
    ].join(';\n')
  },
  sentence({ devices, measurement, field, comparison, limit, forMinutes }, names) {
    const bound = amount(limit, measurement, field)
    const verb =
      field === 'power'
        ? `draws ${comparison === 'above' ? 'more' : 'less'} than ${bound}`
        : `has a ${field} ${comparison} ${bound}`
    return `When ${namesOf(devices, names)} ${verb}${forMinutes === 0 ? '' : ` for ${span(forMinutes)}`}`
  },
  memoryMs: ({ forMinutes }) => 3 * forMinutes * minuteMs + 10 * minuteMs,
})
