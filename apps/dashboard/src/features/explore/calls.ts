import { type SeriesKey, seriesText } from '../../api/seriesKey.ts'

export const formats = ['parquet', 'csv', 'ndjson', 'arrow', 'json'] as const
export type FileFormat = (typeof formats)[number]
export const resolutions = ['raw', 'PT1M', 'PT15M', 'hour', 'day'] as const
export type Resolution = (typeof resolutions)[number]

export interface Taking {
  readonly site: string
  readonly from: string
  readonly to: string
  readonly resolution: Resolution
  readonly format: FileFormat
}

/** One question to the API, and the series that it answers. */
export interface Call {
  readonly path: string
  readonly keys: readonly SeriesKey[]
}

/**
 * The fewest questions that answer exactly these series: devices that share their fields share a question, because the
 * API answers every asked field of every asked device.
 */
export function callsOf(keys: readonly SeriesKey[], taking: Taking): Call[] {
  const byDevice = Map.groupBy(keys, ({ device, measurement, tags }) =>
    JSON.stringify([device, measurement, Object.entries(tags).toSorted()]),
  )
  const alike = Map.groupBy(byDevice.values(), ([first, ...rest]) => {
    const { measurement, tags } = first!
    const fields = [first!, ...rest].map(({ field }) => field).toSorted()
    return JSON.stringify([measurement, Object.entries(tags).toSorted(), fields])
  })
  return [...alike.values()].map(group => {
    const all = group.flat()
    return { keys: all, path: pathOf(all, taking) }
  })
}

function pathOf(keys: readonly SeriesKey[], { site, from, to, resolution, format }: Taking): string {
  const { measurement, tags } = keys[0]!
  const distinct = (of: (key: SeriesKey) => string) => [...new Set(keys.map(of))]
  const query = [
    ...listed(
      'device',
      distinct(({ device }) => device),
    ),
    ['measurement', measurement],
    ...listed(
      'field',
      distinct(({ field }) => field),
    ),
    ...Object.entries(tags).map(([name, value]) => ['tag', `${name}:${value}`]),
    ['from', from],
    ['to', to],
    ['resolution', resolution],
    ['format', format],
  ]
  return `/api/sites/${site}/readings?${query.map(([name, value]) => `${name}=${inQuery(value!)}`).join('&')}`
}

/** Names that hold a comma are repeated, the others stand in one list. */
function listed(name: string, values: readonly string[]): [string, string][] {
  if (values.length > 1 && values.some(value => value.includes(',')))
    return values.map(value => [name, value])
  return [[name, values.join(',')]]
}

/** Readable where it may be: commas and colons need no escape in a query. */
function inQuery(text: string): string {
  return encodeURIComponent(text).replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll("'", '%27')
}

/** To be pasted into a shell; the token stays in the environment, out of the history. */
export function curlOf(
  origin: string,
  { path }: Call,
  { site, format }: Taking,
  at: number,
  all: number,
): string {
  const file = `${site}${all > 1 ? `-${at + 1}` : ''}.${format}`
  return `curl --fail --show-error -H "Authorization: Bearer $OHMSTEAD_TOKEN" \\
  -o ${file} \\
  '${origin}${path}'`
}

/** What tells one question from another in a list. */
export const callKey = ({ keys }: Call) => keys.map(seriesText).join(' ')
