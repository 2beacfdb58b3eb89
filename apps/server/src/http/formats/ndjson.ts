import type { Encoder, SeriesHead } from './columns.ts'
import { writeValue } from './json.ts'
import { TextBuffer } from './textBuffer.ts'

const newline = 0x0a

/** One reading a line, in the form that `POST /api/readings` takes: what was exported can be sent back. */
export const ndjson: Encoder = async function* (chunks) {
  const out = new TextBuffer()
  for await (const { head, times, values } of chunks) {
    const { beginning, middle, end } = parts(head)
    for (let at = 0; at < times.length; at++) {
      out.bytes(beginning)
      out.number(times[at]!)
      out.bytes(middle)
      writeValue(out, values[at]!)
      out.bytes(end)
      out.byte(newline)
      if (out.full) yield out.take()
    }
  }
  yield out.take()
}

/** What is the same on every line of a series, around its time and value. */
function parts({ site, device, measurement, field, tags }: SeriesHead) {
  return {
    beginning: Buffer.from(`${JSON.stringify({ site, device, measurement }).slice(0, -1)},"time":`),
    middle: Buffer.from(`,"fields":{${JSON.stringify(field)}:`),
    end: Buffer.from(`},"tags":${JSON.stringify(tags)}}`),
  }
}
