import type { Format } from '../../i18n/format.ts'
import { type Units, valuesOf } from '../../parts/said/values.ts'

/** What a rule gave beside the device, as "1.2 W, since 12:30"; what it calls `value` needs no name. */
export function rowText(row: Readonly<Record<string, unknown>>, units: Units, format: Format): string {
  return valuesOf(row, units, format)
    .filter(({ name }) => row[name] !== null && row[name] !== undefined)
    .map(({ name, text }) => (name === 'value' ? text : `${name} ${text}`))
    .join(', ')
}
