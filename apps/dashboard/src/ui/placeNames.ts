import type { Device, Place } from '@ohmstead/sdk'

/** "Kitchen, First floor": the place and what it lies in, without the site itself. */
export function placeNames(places: readonly Place[]): (device: Pick<Device, 'place'>) => string {
  const byId = new Map(places.map(place => [place.id, place]))
  const names = new Map<string, string>()
  for (const { id } of places) {
    const path: string[] = []
    for (let at = byId.get(id); at !== undefined && path.length < 3; at = byId.get(at.parent ?? '')) {
      if (at.kind !== 'site') path.push(at.name)
    }
    names.set(id, path.join(', '))
  }
  return ({ place }) => (place === null ? '' : (names.get(place) ?? ''))
}
