import type { Device, Place } from '@ohmstead/sdk'
import type { VirtualMeter } from '../../api/energy.ts'
import type { Messages } from '../../i18n/en.ts'
import { onlyStyle, othersStyle, restStyle, type SeriesStyle, stylesOf } from '../../ui/chart/seriesStyles.ts'
import type { Segment } from './segments.ts'

/** What segments are called and how they look. */
export interface Names {
  of(segment: Segment): string
  /** Beside the name, where it needs an explanation. */
  means(segment: Segment): string | null
  style(segment: Segment): SeriesStyle
  device(id: string): string
  place(id: string): string
}

interface Known {
  readonly devices: readonly Device[]
  readonly places: readonly Place[]
  readonly virtual: readonly VirtualMeter[]
  /** Meters that have a rest: with more than one, each rest says whose it is. */
  readonly rests: number
  /** How many the segment of the others holds. */
  readonly others: number
  readonly count: (count: number) => string
  readonly text: Messages['energy']
  /** Meters that can be a colour of the stack, whatever time is shown: so styles stay. */
  readonly leaves: readonly string[]
  /** One meter alone wears the accent. */
  readonly alone: boolean
}

export function namesOf({
  devices,
  places,
  virtual,
  rests,
  others,
  count,
  text,
  leaves,
  alone,
}: Known): Names {
  const names = new Map([...devices, ...virtual].map(({ id, name }) => [id, name]))
  const placeNames = new Map(places.map(({ id, name }) => [id, name]))
  const styles = {
    meter: stylesOf(leaves),
    place: stylesOf(['', ...places.map(({ id }) => id)]),
  }
  const device = (id: string) => names.get(id) ?? id
  const place = (id: string) => (id === '' ? text.nowhere : (placeNames.get(id) ?? id))
  return {
    device,
    place,
    of({ kind, key }) {
      switch (kind) {
        case 'meter':
          return device(key)
        case 'place':
          return place(key)
        case 'untracked':
          return rests > 1 ? text.untrackedOf(device(key)) : text.untracked
        case 'others':
          return text.others(others, count(others))
        case 'site':
          return text.groups.site
      }
    },
    means: ({ kind, key }) => (kind === 'untracked' ? text.untrackedMeans(device(key)) : null),
    style({ kind, key }) {
      if (alone || kind === 'site') return onlyStyle
      if (kind === 'untracked') return restStyle
      if (kind === 'others') return othersStyle
      return styles[kind].get(key) ?? restStyle
    },
  }
}
