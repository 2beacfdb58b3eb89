import { type Format, spoken } from '../../i18n/format.ts'

/** Counters in Wh are read in kWh and MWh, as everywhere else. */
export function valueText(value: number, unit: string, format: Format): string {
  const sign = value < 0 ? '−' : ''
  if (unit === 'W.h') return sign + spoken(format.energy(value))
  return spoken(format.value(value, unit === '' ? null : unit))
}
