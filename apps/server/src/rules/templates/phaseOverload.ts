import { z } from 'zod'
import {
  devices,
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
  limitA: limit.describe('Rating of the fuse, A'),
  forMinutes: minutes.default(1).describe('How long a phase has to be above it, min'),
})

const phases = ['currentL1', 'currentL2', 'currentL3']

export const phaseOverload = template<z.output<typeof Parameters>>({
  name: 'phaseOverload',
  title: 'Phase overload',
  description:
    'Raised when the current of a phase stays above the rating of its fuse; cleared when all are below.',
  parameters: Parameters,
  epl({ devices, measurement, limitA, forMinutes }) {
    const [stream, only] = [quoted(measurement), from(devices)]
    const known = `(${phases.map(phase => `${phase} is not null`).join(' or ')})`
    const over = phases.map(phase => `coalesce(${phase}, 0) > ${limitA}`).join(' or ')
    const below = `${known} and ${phases.map(phase => `coalesce(${phase}, 0) <= ${limitA}`).join(' and ')}`
    return [
      `create context EachDevice partition by device from ${stream}(${only})`,
      `@name('raise') context EachDevice select b.device as device, b.currentL1 as currentL1, b.currentL2 as currentL2,\n` +
        `    b.currentL3 as currentL3, a.time as since\n` +
        `  from pattern [every (a=${stream}(${only}, ${over})\n` +
        `    -> (timer:interval(${period(forMinutes)}) and not ${stream}(${only}, ${below}))\n` +
        `    -> (b=${stream}(${only}, ${over}) and not ${stream}(${only}, ${below})))]`,
      `@name('clear') select device from ${stream}(${only}, ${below})`,
    ].join(';\n')
  },
  sentence: ({ devices, limitA, forMinutes }, names) =>
    `When a phase of ${namesOf(devices, names)} carries more than ${limitA} A for ${span(forMinutes)}`,
  memoryMs: ({ forMinutes }) => 3 * forMinutes * minuteMs + 10 * minuteMs,
})
