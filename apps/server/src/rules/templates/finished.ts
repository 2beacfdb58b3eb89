import { z } from 'zod'
import {
  amount,
  device,
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
  device,
  measurement,
  runningW: limit.default(20).describe('It runs while it draws at least this, W'),
  idleMinutes: minutes.default(5).describe('It has finished when it drew less for so long, min'),
})

/** A washing machine pauses within its programme: only a longer rest is its end. */
export const finished = template<z.output<typeof Parameters>>({
  name: 'finished',
  title: 'An appliance has finished',
  description: 'Raised when something that ran has rested for a while; cleared when it runs again.',
  parameters: Parameters,
  epl({ device, measurement, runningW, idleMinutes }) {
    const [stream, only] = [quoted(measurement), from([device])]
    const [runs, rests] = [`power >= ${runningW}`, `power < ${runningW}`]
    return [
      `@name('raise') select a.device as device, a.time as since\n` +
        `  from pattern [every a=${stream}(${only}, ${runs})\n` +
        `    -> (timer:interval(${period(idleMinutes)}) and not ${stream}(${only}, ${runs}))\n` +
        `    -> (${stream}(${only}, ${rests}) and not ${stream}(${only}, ${runs}))]`,
      `@name('clear') select device, power as value from ${stream}(${only}, ${runs})`,
    ].join(';\n')
  },
  sentence: ({ device, measurement, runningW, idleMinutes }, names) =>
    `When ${namesOf([device], names)} has run and then draws less than ${amount(runningW, measurement, 'power')} for ${span(idleMinutes)}`,
  memoryMs: ({ idleMinutes }) => 3 * idleMinutes * minuteMs + 10 * minuteMs,
})
