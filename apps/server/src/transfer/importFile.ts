import type { Clock } from '@ohmstead/model'
import type { Checkpoint, State } from './checkpoint.ts'
import { encodeRows } from './lineProtocol.ts'
import { readLines } from './lines.ts'
import type { Mapping } from './mapping.ts'
import type { LineRefusal, Row } from './rows.ts'
import { type ServerAddress, writeLines } from './server.ts'
import { type Format, readRows } from './source.ts'
import type { TimeOrder } from './timeOrder.ts'

/** Lines of line protocol on their way, and where each stands in the file. */
interface Parcel {
  readonly text: string
  readonly lines: readonly number[]
  readonly refusals: readonly LineRefusal[]
  /** The last line of the file that it covers. */
  readonly last: number
  readonly done: number
}

export interface ImportOptions {
  readonly file: string
  readonly format: Format
  readonly mapping: Mapping
  /** Of line protocol: ns, us, ms or s. */
  readonly precision: string
  readonly zone: string
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly server: ServerAddress
  readonly checkpoint: Checkpoint
  readonly order: TimeOrder
  readonly refused: (refusal: LineRefusal) => void
  readonly progress: (done: number, state: State) => void
  readonly waiting: (reason: string) => void
}

/** Rows of one write: big enough for the server to be fast, small enough to be sent again. */
const parcelRows = 20_000

/**
 * Sends a file's readings. Parcels go one after the other, as of two values of one time the later in the file has to
 * win; the next is made ready meanwhile.
 * @throws ServerRefused · InvalidInput
 */
export async function importFile(options: ImportOptions): Promise<State> {
  const { checkpoint } = options
  let state = (await checkpoint.load()) ?? { line: 0, accepted: 0, refused: 0 }
  let sending: Promise<void> = Promise.resolve()
  for await (const parcel of parcels(options, state.line)) {
    await sending
    sending = (async () => {
      state = await send(options, parcel, state)
      await checkpoint.save(state)
      // All has been read long before all is stored.
      options.progress(Math.min(parcel.done, 0.99), state)
    })()
    // Awaited in the next turn; a failure in between must not count as unhandled.
    sending.catch(() => {})
  }
  await sending
  options.progress(1, state)
  await checkpoint.remove()
  return state
}

async function send(options: ImportOptions, parcel: Parcel, state: State): Promise<State> {
  const { server, mapping, signal, waiting, refused } = options
  const precision = options.format === 'lines' ? options.precision : 'ms'
  const count = parcel.lines.length
  const { accepted, rejected } =
    count === 0
      ? { accepted: 0, rejected: [] }
      : await writeLines(server, parcel.text, count, { site: mapping.site, precision, signal, waiting })
  for (const refusal of parcel.refusals) refused(refusal)
  for (const { line, field, reason } of rejected)
    refused({ line: parcel.lines[line - 1] ?? 0, field, reason })
  return {
    line: parcel.last,
    accepted: state.accepted + accepted,
    refused: state.refused + parcel.refusals.length + rejected.length,
  }
}

function parcels(options: ImportOptions, after: number): AsyncGenerator<Parcel> {
  return options.format === 'lines' ? rawParcels(options, after) : rowParcels(options, after)
}

async function* rowParcels(options: ImportOptions, after: number): AsyncGenerator<Parcel> {
  const { mapping, zone, signal } = options
  const reading = { mapping, zone, signal, after, now: options.clock.now() }
  let rows: Row[] = []
  let refusals: LineRefusal[] = []
  let last = after
  let done = 0
  const parcel = (): Parcel => ({
    text: encodeRows(rows, mapping.measurement),
    lines: rows.map(({ line }) => line),
    refusals,
    last,
    done,
  })
  for await (const chunk of readRows(options.file, options.format as 'csv' | 'parquet', reading)) {
    for (const { device, line, time } of chunk.rows) options.order.add(device, line, time)
    rows = rows.concat(chunk.rows)
    refusals = refusals.concat(chunk.refusals)
    last = chunk.last
    done = chunk.done
    if (rows.length + refusals.length < parcelRows) continue
    yield parcel()
    rows = []
    refusals = []
  }
  if (rows.length + refusals.length > 0) yield parcel()
}

async function* rawParcels(options: ImportOptions, after: number): AsyncGenerator<Parcel> {
  let texts: string[] = []
  let numbers: number[] = []
  let last = after
  let done = 0
  const parcel = (): Parcel => ({ text: `${texts.join('\n')}\n`, lines: numbers, refusals: [], last, done })
  for await (const chunk of readLines(options.file, options.signal)) {
    for (const [index, text] of chunk.lines.entries()) {
      if (chunk.first + index <= after || text === '' || text.startsWith('#')) continue
      texts.push(text)
      numbers.push(chunk.first + index)
    }
    last = chunk.first + chunk.lines.length - 1
    done = chunk.done
    if (texts.length < parcelRows) continue
    yield parcel()
    texts = []
    numbers = []
  }
  if (texts.length > 0) yield parcel()
}
