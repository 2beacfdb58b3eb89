import { type Instant, unitInfo, type Value } from '@ohmstead/model'

/** Number and unit apart: they are set in different sizes. */
export interface Quantity {
  readonly text: string
  readonly unit: string
}

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** Numbers, times and units in one language and one site's zone. Unknown is "–", never 0. */
export interface Format {
  readonly locale: string
  readonly zone: string
  /** Three significant digits in W, kW, MW …; the sign is left to words. */
  power(watts: number | null): Quantity
  /** Three significant digits in Wh, kWh, MWh … */
  energy(wattHours: number | null): Quantity
  /** Any field's value with the symbol of its UCUM unit. */
  value(value: Value | null, unit: string | null): Quantity
  count(count: number): string
  /** Every digit as it was typed, none grouped. */
  exact(value: number): string
  /** 0.974 → 97 %, 0.9999 → 99.9 %: rounded down, because "100 %" has to mean all of it. */
  share(share: number): string
  /** 1.234 → 123 %: of what may be more than all of it. */
  percent(ratio: number): string
  /** How long ago, coarse enough not to flicker; a date when it is more than a day. */
  age(ms: number, now: Instant): string
  /** A wait that lies ahead. */
  wait(ms: number): string
  clock(at: Instant): string
  clockWithSeconds(at: Instant): string
  dateTime(at: Instant): string
  /** From when to when; a day that is the same is said once. */
  dateTimes(from: Instant, to: Instant): string
  longDate(at: Instant): string
  weekday(at: Instant): string
}

export function formatOf(locale: string, zone: string): Format {
  const number = (options?: Intl.NumberFormatOptions) => once(() => new Intl.NumberFormat(locale, options))
  const date = (options: Intl.DateTimeFormatOptions) =>
    once(() => new Intl.DateTimeFormat(locale, { timeZone: zone, ...options }))
  const numbers = number({ maximumSignificantDigits: 3 })
  const three = number({ minimumSignificantDigits: 3, maximumSignificantDigits: 3 })
  const plain = number()
  const exact = number({ useGrouping: false, maximumFractionDigits: 20 })
  const percent = number({ style: 'percent', maximumFractionDigits: 1 })
  const wholePercent = number({ style: 'percent', maximumFractionDigits: 0 })
  const ago = once(() => new Intl.RelativeTimeFormat(locale, { style: 'short', numeric: 'auto' }))
  const clock = date({ hour: '2-digit', minute: '2-digit' })
  const seconds = date({ hour: '2-digit', minute: '2-digit', second: '2-digit' })
  const dateTime = date({ dateStyle: 'medium', timeStyle: 'short' })
  const weekday = date({ weekday: 'long' })
  const longDate = date({ weekday: 'long', day: 'numeric', month: 'long' })

  // Three digits, but never fewer than the whole number has: 1013 hPa is not 1010.
  const wholes = number({ maximumFractionDigits: 0 })
  const byDigits = (value: number) => (Math.abs(value) < 100 ? numbers() : wholes())

  const scaled = (amount: number | null, base: 'W' | 'Wh'): Quantity => {
    if (amount === null || !Number.isFinite(amount)) return { text: '–', unit: '' }
    const { value, prefix } = scale(Math.abs(amount))
    return { text: (prefix === '' ? numbers() : three()).format(value), unit: prefix + base }
  }

  return {
    locale,
    zone,
    power: watts => scaled(watts, 'W'),
    energy: wattHours => scaled(wattHours, 'Wh'),
    value(value, unit) {
      if (value === null) return { text: '–', unit: '' }
      if (typeof value !== 'number') return { text: String(value), unit: '' }
      if (unit === 'W')
        return { ...scaled(value, 'W'), text: (value < 0 ? '−' : '') + scaled(value, 'W').text }
      return {
        // The sign of a number, as wide as the plus, and not a hyphen.
        text: byDigits(value).format(value).replace('-', '−'),
        unit: unit === null ? '' : (unitInfo(unit)?.symbol ?? unit),
      }
    },
    count: count => plain().format(count),
    exact: value => exact().format(value),
    share: share => percent().format(roundedDown(Math.min(1, Math.max(0, share)))),
    percent: ratio => wholePercent().format(ratio),
    age(ms, now) {
      if (ms < 10 * second) return ago().format(0, 'second')
      if (ms < minute) return ago().format(-Math.floor(ms / (10 * second)) * 10, 'second')
      if (ms < hour) return ago().format(-Math.floor(ms / minute), 'minute')
      if (ms < day) return ago().format(-Math.floor(ms / hour), 'hour')
      return dateTime().format(now - ms)
    },
    wait: ms =>
      ms < minute
        ? unitText(locale, Math.ceil(ms / second), 'second')
        : unitText(locale, Math.ceil(ms / minute), 'minute'),
    clock: at => clock().format(at),
    clockWithSeconds: at => seconds().format(at),
    dateTime: at => dateTime().format(at),
    dateTimes: (from, to) => dateTime().formatRange(from, to),
    longDate: at => longDate().format(at),
    weekday: at => weekday().format(at),
  }
}

/** An Intl object takes some ten milliseconds to make on a small machine, and a page needs few of them. */
function once<Made>(make: () => Made): () => Made {
  let made: Made | undefined
  return () => (made ??= make())
}

function roundedDown(share: number): number {
  const steps = share < 0.99 ? 100 : 1000
  return Math.floor(share * steps) / steps
}

const prefixes = ['', 'k', 'M', 'G', 'T']

/** 999.6 rounds to 1000 and so belongs to the next prefix. */
function scale(amount: number): { value: number; prefix: string } {
  let step = 0
  let value = amount
  while (Number(value.toPrecision(3)) >= 1000 && step < prefixes.length - 1) {
    value /= 1000
    step++
  }
  return { value, prefix: prefixes[step]! }
}

function unitText(locale: string, amount: number, unit: 'second' | 'minute'): string {
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(amount)
}

/** "1.23 kW": for texts that are read out or copied. */
export function spoken({ text, unit }: Quantity): string {
  return unit === '' ? text : `${text} ${unit}`
}

const dates = new Map<string, Intl.DateTimeFormat>()

/** The site's calendar date at an instant, as 2026-03-29. */
export function localDate(at: Instant, zone: string): string {
  const known =
    dates.get(zone) ??
    new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
  dates.set(zone, known)
  return known.format(at)
}

const times = new Map<string, Intl.DateTimeFormat>()

/** The site's time of the clock, as 09:05, whatever the reader's language. */
export function localTime(at: Instant, zone: string): string {
  const known =
    times.get(zone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
  times.set(zone, known)
  return known.format(at)
}
