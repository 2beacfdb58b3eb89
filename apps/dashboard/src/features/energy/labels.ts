import type { Bucket, By } from '@ohmstead/model'
import { hoursOf, oddHours, type Period } from './period.ts'

/** Names of bars and periods in the reader's language and the site's zone. */
export interface Labels {
  /** Under a bar; at most two short lines. */
  tick(bucket: Bucket, by: By): string
  /** In a sentence, with its date. */
  bar(bucket: Bucket, by: By): string
  period(period: Period): string
}

interface Words {
  /** "23 h" */
  readonly hours: (hours: string) => string
  /** The second time that clocks show it: "02:00, second time". */
  readonly again: (time: string) => string
  readonly week: (number: string) => string
}

export function labelsOf(locale: string, zone: string, words: Words): Labels {
  const made = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { timeZone: zone, ...options })
  const clock = made({ hour: '2-digit', minute: '2-digit' })
  const dayNumber = made({ day: 'numeric' })
  const weekday = made({ weekday: 'short' })
  const dayMonth = made({ day: 'numeric', month: 'short' })
  const day = made({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' })
  const longDay = made({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
  const shortMonth = made({ month: 'short' })
  const month = made({ month: 'long', year: 'numeric' })
  const year = made({ year: 'numeric' })
  const dates = made({ day: 'numeric', month: 'short', year: 'numeric' })
  const number = new Intl.NumberFormat(locale)

  const again = ({ start }: Bucket, text: string) => (isSecond(start, clock) ? words.again(text) : text)
  const withHours = (bucket: Bucket, by: By | Period['span'], text: string) => {
    const odd = oddHours(bucket, by)
    return odd === null ? text : `${text} · ${words.hours(number.format(odd))}`
  }
  const tick: Record<By, (bucket: Bucket) => string> = {
    slot: ({ start }) => clock.format(start),
    hour: ({ start }) => clock.format(start),
    day: bucket => {
      const odd = oddHours(bucket, 'day')
      const first = odd === null ? weekday.format(bucket.start) : words.hours(number.format(odd))
      return `${dayNumber.format(bucket.start)}\n${first}`
    },
    week: ({ start }) => dayMonth.format(start),
    month: ({ start }) => shortMonth.format(start),
    year: ({ start }) => year.format(start),
  }
  const span = ({ start, end }: Bucket) => dates.formatRange(start, end - 1)
  const bar: Record<By, (bucket: Bucket) => string> = {
    slot: bucket =>
      `${day.format(bucket.start)}, ${again(bucket, `${clock.format(bucket.start)}–${clock.format(bucket.end)}`)}`,
    hour: bucket =>
      `${day.format(bucket.start)}, ${again(bucket, `${clock.format(bucket.start)}–${clock.format(bucket.end)}`)}`,
    day: bucket => withHours(bucket, 'day', day.format(bucket.start)),
    week: bucket => `${words.week(number.format(isoWeek(bucket, dates)))}, ${span(bucket)}`,
    month: ({ start }) => month.format(start),
    year: ({ start }) => year.format(start),
  }
  return {
    tick: (bucket, by) => tick[by](bucket),
    bar: (bucket, by) => bar[by](bucket),
    period(period) {
      if (period.span === 'day') return withHours(period, 'day', longDay.format(period.start))
      if (period.span === 'years') return year.formatRange(period.start, period.end - 1)
      if (period.span === 'custom')
        return hoursOf(period) > 25 ? span(period) : withHours(period, 'day', longDay.format(period.start))
      return bar[period.span](period)
    },
  }
}

/** Whether clocks showed the same an hour before. */
function isSecond(start: number, clock: Intl.DateTimeFormat): boolean {
  return clock.format(start) === clock.format(start - 3_600_000)
}

/** ISO 8601 week of a week that begins on its Monday: the one that its Thursday's year counts. */
function isoWeek({ start }: Bucket, dates: Intl.DateTimeFormat): number {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: dates.resolvedOptions().timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(start + 12 * 3_600_000)
  const thursday = new Date(Date.parse(parts) + 3 * 86_400_000)
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1)
  return 1 + Math.floor((thursday.getTime() - first) / (7 * 86_400_000))
}
