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
  freezer: device.describe('Device that measures the temperature in the freezer'),
  measurement: measurement.removeDefault().default('roomSensor').describe('Measurement of that temperature'),
  aboveC: limit.default(-15).describe('Too warm above this, °C'),
  door: device.describe('Device that tells whether the door is open (roomSensor.door)'),
  openMinutes: minutes.default(3).describe('How long the door has to be open, min'),
})

export const freezerDoor = template<z.output<typeof Parameters>>({
  name: 'freezerDoor',
  title: 'Freezer warm while its door is open',
  description:
    'Raised when a freezer is too warm after its door stood open; cleared when the door is shut or it is cold again.',
  parameters: Parameters,
  epl({ freezer, measurement, aboveC, door, openMinutes }) {
    const stream = `${quoted(measurement)}(${from([freezer])}`
    const open = roomState({ device: door, field: 'door', value: true, stream: 'Opened' })
    return [
      open.begins,
      `@name('raise') select device, temperature as value from ${stream}, temperature > ${aboveC})\n` +
        `  where ${open.holdsFor(openMinutes)}`,
      `@name('clear') select device, temperature as value from ${stream}, temperature <= ${aboveC})`,
      `@name('clear') select '${freezer}' as device from ${open.over}`,
    ].join(';\n')
  },
  sentence: ({ freezer, measurement, aboveC, door, openMinutes }, names) =>
    `When ${namesOf([freezer], names)} is warmer than ${amount(aboveC, measurement, 'temperature')} and *${names.device(door)}* has been open for ${span(openMinutes)}`,
  memoryMs: ({ openMinutes }) => dayMs + 2 * openMinutes * minuteMs,
})
