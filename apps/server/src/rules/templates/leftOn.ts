import { z } from 'zod'
import { roomState } from './roomState.ts'
import {
  amount,
  dayMs,
  device,
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
  device,
  measurement,
  aboveW: limit.default(10).describe('It is on while it draws more than this, W'),
  presence: device.describe('Device that tells whether somebody is there (roomSensor.presence)'),
  awayMinutes: minutes.default(15).describe('How long nobody has to be there, min'),
})

export const leftOn = template<z.output<typeof Parameters>>({
  name: 'leftOn',
  title: 'Left on when away',
  description:
    'Raised when something draws power though nobody was there for a while; cleared when it is off or somebody is back.',
  parameters: Parameters,
  epl({ device, measurement, aboveW, presence, awayMinutes }) {
    const [stream, only] = [quoted(measurement), from([device])]
    const away = roomState({ device: presence, field: 'presence', value: false, stream: 'Left' })
    return [
      away.begins,
      `@name('raise') select device, power as value from ${stream}(${only}, power > ${aboveW})\n` +
        `  where ${away.holdsFor(awayMinutes)}`,
      `@name('clear') select device, power as value from ${stream}(${only}, power <= ${aboveW})`,
      `@name('clear') select '${device}' as device from ${away.over}`,
    ].join(';\n')
  },
  sentence: ({ device, measurement, aboveW, presence, awayMinutes }, names) =>
    `When ${namesOf([device], names)} draws more than ${amount(aboveW, measurement, 'power')} though *${names.device(presence)}* has seen nobody for ${span(awayMinutes)}`,
  memoryMs: ({ awayMinutes }) => dayMs + 2 * awayMinutes * minuteMs,
})
