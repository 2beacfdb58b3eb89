import { calendarBuckets } from '@ohmstead/model'
import { Drawing } from './svg.ts'

const zone = 'Europe/Oslo'

/** Days on which clocks do nothing, go forward, and go back: their hours as the calendar cuts them. */
export function days(): { date: string; hours: { start: number; local: number }[] }[] {
  return ['2026-03-28', '2026-03-29', '2026-10-25'].map(date => {
    const noon = Date.parse(`${date}T12:00:00Z`)
    const [day] = calendarBuckets({ from: noon, to: noon + 1 }, 'day', zone)
    const hours = calendarBuckets({ from: day!.start, to: day!.end }, 'hour', zone)
    return { date, hours: hours.map(({ start }) => ({ start, local: localHour(start) })) }
  })
}

const clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: 'numeric', hourCycle: 'h23' })
const localHour = (at: number) => Number(clock.format(at))

export function daysPicture(): string {
  const drawing = new Drawing(
    720,
    176,
    'A day of 24 hours, one of 23 in March and one of 25 in October, hour by hour.',
  )
  days().forEach(({ date, hours }, row) => {
    const top = 22 + row * 52
    drawing.text(8, top - 6, `${date}: ${hours.length} h`, 'label strong')
    hours.forEach(({ local }, k) => {
      const isTwice = k > 0 && hours[k - 1]!.local === local
      const look = isTwice ? 'band twice' : 'band'
      drawing.rect(8 + k * 28, top, 26, 24, look)
      drawing.text(21 + k * 28, top + 16, String(local), 'label small', 'middle')
    })
  })
  return drawing.toString()
}
