import type { Value } from '@ohmstead/model'
import type { Encoder, SeriesHead } from './columns.ts'
import { TextBuffer } from './textBuffer.ts'

const comma = 0x2c
const carriageReturn = 0x0d
const newline = 0x0a

/** RFC 4180, with times in UTC. */
export const csv: Encoder = async function* (chunks) {
  const out = new TextBuffer()
  out.ascii('site,device,measurement,field,tags,unit,time,value\r\n')
  for await (const { head, times, values } of chunks) {
    const beginning = Buffer.from(`${cells(head)},`)
    for (let at = 0; at < times.length; at++) {
      out.bytes(beginning)
      out.iso(times[at]!)
      out.byte(comma)
      writeCell(out, values[at]!)
      out.byte(carriageReturn)
      out.byte(newline)
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
