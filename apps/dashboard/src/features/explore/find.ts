import { fieldInfo } from '@ohmstead/model'
import type { Device, LatestOut } from '@ohmstead/sdk'
import { type SeriesKey, unitOf } from '../../api/seriesKey.ts'

/** A series that can be chosen. */
export interface Option {
  readonly key: SeriesKey
  /** Of its device. */
  readonly name: string
  readonly unit: string
  /** All that it can be found by, lower case. */
  readonly text: string
}

/** The series of a site, by device and field. */
export function optionsOf(
  heads: readonly Pick<LatestOut, 'device' | 'measurement' | 'field' | 'tags'>[],
  devices: readonly Device[],
  placeName: (device: Device) => string,
  locale: string,
): Option[] {
  const byId = new Map(devices.map(device => [device.id, device]))
  const { compare } = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' })
  return heads
    .map(({ device: id, measurement, field, tags }) => {
      const device = byId.get(id)
      const name = device?.name ?? id
      const about = [
        name,
        id,
        device?.type ?? '',
        device === undefined ? '' : placeName(device),
        measurement,
        field,
        ...Object.entries(tags).flat(),
        fieldInfo(measurement, field)?.description ?? '',
      ]
      return {
        key: { device: id, measurement, field, tags },
        name,
        unit: unitOf({ measurement, field }),
        text: about.join(' ').toLocaleLowerCase(locale),
      }
    })
    .sort((a, b) => compare(a.name, b.name) || rank(a) - rank(b) || compare(a.key.field, b.key.field))
}

/** Power is what most look for. */
const rank = ({ key }: Option) => Number(fieldInfo(key.measurement, key.field)?.energy?.kind !== 'power')

/** The options that have every word of `wanted`, at most `most`, and how many there are. */
export function find(
  options: readonly Option[],
  wanted: string,
  most: number,
): { readonly shown: readonly Option[]; readonly all: number } {
  const words = wanted.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  const found =
    words.length === 0 ? options : options.filter(({ text }) => words.every(word => text.includes(word)))
  return { shown: found.slice(0, most), all: found.length }
}
