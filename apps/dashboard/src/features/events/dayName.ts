import type { Format } from '../../i18n/format.ts'
import { localDate } from '../../i18n/format.ts'

const dayMs = 86_400_000

/**
 * Days of the site, and what they are called.
 * @param today as 2026-03-29
 */
export function dayNamer(
  { zone, locale, longDate }: Pick<Format, 'zone' | 'locale' | 'longDate'>,
  today: string,
  words: { readonly today: string; readonly yesterday: string },
): { dateOf: (time: number) => string; nameOf: (date: string) => string } {
  // One for all: each is dear, and a list may be long.
  const date = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' })
  const full = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', dateStyle: 'full' })
  const noonOf = (of: string) => Date.parse(`${of}T12:00:00Z`)
  const yesterday = localDate(noonOf(today) - dayMs, 'UTC')
  return {
    dateOf: time => date.format(time),
    nameOf: of => {
      if (of === today) return words.today
      if (of === yesterday) return words.yesterday
      const isThisYear = of.slice(0, 4) === today.slice(0, 4)
      return isThisYear ? longDate(noonOf(of)) : full.format(noonOf(of))
    },
  }
}
