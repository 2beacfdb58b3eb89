import type { Format } from '../../i18n/format.ts'

/** What a rule gave beside the device, as "value 1.2, since 12:30". `since` and `time` are instants, epoch ms. */
export function rowText(row: Readonly<Record<string, unknown>>, format: Format): string {
  return Object.entries(row)
    .filter(([name, value]) => name !== 'device' && name !== 'key' && value !== null && value !== undefined)
    .map(([name, value]) => `${name} ${valueText(name, value, format)}`)
    .join(', ')
}

function valueText(name: string, value: unknown, format: Format): string {
  if (typeof value !== 'number') return typeof value === 'object' ? JSON.stringify(value) : String(value)
  return name === 'since' || name === 'time' ? format.dateTime(value) : format.value(value, null).text
}
