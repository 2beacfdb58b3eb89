import type { Points, Value } from '@ohmstead/model'
import type { Chunk, Encoder, SeriesHead } from './columns.ts'
import { TextBuffer } from './textBuffer.ts'

const comma = 0x2c

/** `{"series":[{…,"times":[…],"values":[…]}]}`. Times go out as they come; values of one series wait for its end. */
export const json: Encoder = async function* (chunks) {
  const out = new TextBuffer()
  out.ascii('{"series":[')
  let open: { head: SeriesHead; values: Points['values'][] } | undefined
  for await (const chunk of chunks) {
    if (chunk.times.length === 0) continue
    if (open && open.head !== chunk.head) {
      yield* closed(out, open.values)
      out.byte(comma)
      open = undefined
    }
    if (open) out.byte(comma)
    else out.text(opening(chunk.head))
    open ??= { head: chunk.head, values: [] }
    open.values.push(chunk.values)
    yield* list(out, chunk.times)
  }
  if (open) yield* closed(out, open.values)
  out.ascii(']}')
  yield out.take()
}

function opening(head: SeriesHead): string {
  return `${JSON.stringify(head).slice(0, -1)},"times":[`
}

function* closed(out: TextBuffer, values: readonly Points['values'][]): Generator<Buffer> {
  out.ascii('],"values":[')
  for (const [index, part] of values.entries()) {
    if (index > 0) out.byte(comma)
    yield* list(out, part)
  }
  out.ascii(']}')
}

function* list(out: TextBuffer, values: Chunk['times'] | Chunk['values']): Generator<Buffer> {
  for (let at = 0; at < values.length; at++) {
    if (at > 0) out.byte(comma)
    writeValue(out, values[at]!)
    if (out.full) yield out.take()
  }
}

export function writeValue(out: TextBuffer, value: Value): void {
  if (typeof value === 'number') out.number(value)
  else out.text(JSON.stringify(value))
}
