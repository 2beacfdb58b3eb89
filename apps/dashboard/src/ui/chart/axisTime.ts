import type { Format } from '../../i18n/format.ts'

const day = 86_400_000

/** Labels of a time axis: the date where days are the steps or a day begins, else the time, as fine as the steps. */
export function axisTime(format: Format): (at: number, stepMs: number) => string {
  const dates = new Intl.DateTimeFormat(format.locale, {
    timeZone: format.zone,
    day: 'numeric',
    month: 'short',
  })
  const months = new Intl.DateTimeFormat(format.locale, {
    timeZone: format.zone,
    month: 'short',
    year: 'numeric',
  })
  const hours = new Intl.DateTimeFormat('en-GB', {
    timeZone: format.zone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  return (at, stepMs) => {
    if (stepMs >= 27 * day) return months.format(at)
    if (stepMs >= 0.9 * day || hours.format(at) === '00:00:00') return dates.format(at)
    return stepMs < 60_000 ? format.clockWithSeconds(at) : format.clock(at)
  }
}
