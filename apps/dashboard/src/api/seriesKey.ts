import { fieldInfo } from '@ohmstead/model'

/** What tells one series of a site from all others. */
export interface SeriesKey {
  readonly device: string
  readonly measurement: string
  readonly field: string
  readonly tags: Readonly<Record<string, string>>
}

/** `washer/electricalMeter/power?phase=1`: for addresses, and to compare by. */
export function seriesText({ device, measurement, field, tags }: SeriesKey): string {
  const path = [device, measurement, field].map(encodeURIComponent).join('/')
  const query = new URLSearchParams(Object.entries(tags).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return query.size === 0 ? path : `${path}?${query}`
}

/** The series of a text, or undefined when it names none. */
export function seriesOf(text: string): SeriesKey | undefined {
  const [path = '', query = ''] = text.split('?', 2)
  try {
    const [device, measurement, field, ...more] = path.split('/').map(decodeURIComponent)
    if (!device || !measurement || !field || more.length > 0) return undefined
    return { device, measurement, field, tags: Object.fromEntries(new URLSearchParams(query)) }
  } catch {
    return undefined
  }
}

export function sameSeries(one: SeriesKey, other: SeriesKey): boolean {
  return seriesText(one) === seriesText(other)
}

/** The parameters that name exactly these fields of these devices. */
export function seriesQuery({ device, measurement, field, tags }: SeriesKey) {
  const pairs = Object.entries(tags).map(([name, value]) => `${name}:${value}`)
  return {
    device: [device],
    measurement,
    field: [field],
    ...(pairs.length === 0 ? {} : { tag: pairs }),
  }
}

/** UCUM code, empty when nobody has said. */
export function unitOf({ measurement, field }: Pick<SeriesKey, 'measurement' | 'field'>): string {
  return fieldInfo(measurement, field)?.unit ?? ''
}
