import type { Tags, Value } from '@ohmstead/model'
import type { Row } from './rows.ts'

const escapedTag = (text: string) => text.replace(/[\\,= ]/g, '\\$&')
const escapedMeasurement = (text: string) => text.replace(/[\\, ]/g, '\\$&')
const escapedText = (text: string) => text.replace(/["\\]/g, '\\$&')

/** Rows as InfluxDB line protocol, a line each, time in milliseconds. The device goes as the tag `device`. */
export function encodeRows(rows: readonly Row[], measurement: string): string {
  const heads = new Map<string, string>()
  let tags: Tags | undefined
  let suffix = ''
  let text = ''
  for (const row of rows) {
    if (row.tags !== tags) {
      tags = row.tags
      suffix = Object.keys(tags)
        .filter(name => tags![name] !== '')
        .map(name => `,${escapedTag(name)}=${escapedTag(tags![name])}`)
        .join('')
    }
    let head = heads.get(row.device)
    if (head === undefined)
      heads.set(row.device, (head = `${escapedMeasurement(measurement)},device=${row.device}`))
    let fields = ''
    for (const field in row.fields)
      fields += `${fields === '' ? '' : ','}${escapedTag(field)}=${encoded(row.fields[field])}`
    text += `${head}${suffix} ${fields} ${row.time}\n`
  }
  return text
}

function encoded(value: Value): string {
  if (typeof value === 'string') return `"${escapedText(value)}"`
  return String(value)
}
