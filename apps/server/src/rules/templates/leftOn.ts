import { z } from 'zod'
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
    const there = (value: boolean) => `roomSensor(${from([presence])}, presence = ${value})`
    const away = `(select presence from roomSensor(${from([presence])}, presence is not null)#lastevent) = false`
    return [
      `insert into Left select p.time as since from pattern [every (${there(true)} -> p=${there(false)})]`,
      // Who was not seen to leave has been away for longer than anybody remembers.
      `@name('raise') select device, power as value from ${stream}(${only}, power > ${aboveW})\n` +
        `  where ${away}\n` +
        `    and time - coalesce((select since from Left#lastevent), 0) >= ${awayMinutes * minuteMs}`,
      `@name('clear') select device, power as value from ${stream}(${only}, power <= ${aboveW})`,
      `@name('clear') select '${device}' as device from ${there(true)}`,
    ].join(';\n')
  },
  sentence: ({ device, measurement, aboveW, presence, awayMinutes }, names) =>
    `When ${namesOf([device], names)} draws more than ${amount(aboveW, measurement, 'power')} though *${names.device(presence)}* has seen nobody for ${span(awayMinutes)}`,
  memoryMs: ({ awayMinutes }) => dayMs + 2 * awayMinutes * minuteMs,
})
