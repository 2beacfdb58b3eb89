import { InvalidInput } from '@ohmstead/model'
import { arrow } from './arrow.ts'
import type { Encoder } from './columns.ts'
import { csv } from './csv.ts'
import { json } from './json.ts'
import { ndjson } from './ndjson.ts'
import { parquet } from './parquet.ts'

export interface Format {
  readonly contentType: string
  readonly encode: Encoder
  /** Ending of a file that holds it; absent where a program reads the answer as it comes. */
  readonly extension?: string
}

const formats = {
  json: { contentType: 'application/json; charset=utf-8', encode: json },
  ndjson: { contentType: 'application/x-ndjson; charset=utf-8', encode: ndjson },
  csv: { contentType: 'text/csv; charset=utf-8; header=present', encode: csv, extension: 'csv' },
  parquet: { contentType: 'application/vnd.apache.parquet', encode: parquet, extension: 'parquet' },
  arrow: { contentType: 'application/vnd.apache.arrow.stream', encode: arrow, extension: 'arrows' },
} as const satisfies Record<string, Format>

export type FormatName = keyof typeof formats
export const formatNames = Object.keys(formats) as FormatName[]

/** Media types as `Accept` asks for them. */
const byType: Readonly<Record<string, FormatName>> = {
  'application/json': 'json',
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
  'text/csv': 'csv',
  'application/vnd.apache.parquet': 'parquet',
  'application/x-parquet': 'parquet',
  'application/vnd.apache.arrow.stream': 'arrow',
}

/**
 * The format of `?format=`, else the first of `Accept` that there is, else JSON.
 * @throws InvalidInput
 */
export function formatOf(name: string | undefined, accept: string | undefined): Format {
  if (name === undefined) return formats[accepted(accept ?? '')]
  if (Object.hasOwn(formats, name)) return formats[name as FormatName]
  throw new InvalidInput('format', `expected one of ${formatNames.join(', ')}`)
}

function accepted(accept: string): FormatName {
  const types = accept.split(',').map((entry, place) => {
    const [type = '', ...parameters] = entry.split(';').map(part => part.trim().toLowerCase())
    const weight = parameters.find(parameter => parameter.startsWith('q='))
    return { type, place, q: weight === undefined ? 1 : Number(weight.slice(2)) }
  })
  const known = types.filter(({ type, q }) => Object.hasOwn(byType, type) && q > 0)
  known.sort((one, other) => other.q - one.q || one.place - other.place)
  return byType[known[0]?.type ?? ''] ?? 'json'
}
