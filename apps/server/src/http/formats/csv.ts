import type { Value } from '@ohmstead/model'
import type { Encoder, SeriesHead } from './columns.ts'
import { TextBuffer } from './textBuffer.ts'

/** RFC 4180, with times in UTC. */
export const csv: Encoder = async function* (chunks) {
  const out = new TextBuffer()
  out.ascii('site,device,measurement,field,tags,unit,time,value\r\n')
  for await (const { head, times, values } of chunks) {
    const beginning = `${cells(head)},`
    for (let at = 0; at < times.length; at++) {
      out.text(beginning)
      out.ascii(new Date(times[at]!).toISOString())
      out.ascii(',')
      writeCell(out, values[at]!)
      out.ascii('\r\n')
      if (out.full) yield out.take()
    }
  }
  yield out.take()
}

function cells({ site, device, measurement, field, tags, unit }: SeriesHead): string {
  const text = Object.keys(tags).length === 0 ? '' : JSON.stringify(tags)
  return [site, device, measurement, field, text, unit ?? ''].map(cell).join(',')
}

function writeCell(out: TextBuffer, value: Value): void {
  if (typeof value === 'number') out.number(value)
  else out.text(typeof value === 'string' ? cell(value) : String(value))
}

/** A spreadsheet takes a text that begins so for a formula; an apostrophe before it makes it text again. */
const formula = /^[=+\-@\t\r]/

export function cell(text: string): string {
  const inert = formula.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}
