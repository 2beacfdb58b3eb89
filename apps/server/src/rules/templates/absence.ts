import { z } from 'zod'
import {
  devices,
  from,
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
  forMinutes: minutes.describe('How long nothing has to come, min'),
})

/** A device has gone silent. */
export const absence = template<z.output<typeof Parameters>>({
  name: 'absence',
  title: 'A device sends nothing',
  description: 'Raised when no reading came for so long; cleared by the next one.',
  parameters: Parameters,
  epl({ devices, measurement, forMinutes }) {
    const [stream, only] = [quoted(measurement), from(devices)]
    return [
      `@name('raise') select a.device as device, a.time as since\n` +
        `  from pattern [every a=${stream}(${only})\n` +
        `    -> (timer:interval(${period(forMinutes)}) and not ${stream}(${only}, device = a.device))]`,
      `@name('clear') select device from ${stream}(${only})`,
    ].join(';\n')
  },
  sentence: ({ devices, forMinutes }, names) =>
    `When ${namesOf(devices, names)} sends nothing for ${span(forMinutes)}`,
  memoryMs: ({ forMinutes }) => 2 * forMinutes * minuteMs,
})
