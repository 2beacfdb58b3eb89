import type { Site } from '@ohmstead/model'
import { NotFound, type Registry } from '@ohmstead/registry'

/** What is known of a site, from memory. @throws NotFound */
export function siteOf(registry: Pick<Registry, 'sites'>, id: string): Site {
  const site = registry.sites.known(id)
  if (!site) throw new NotFound('site', id)
  return site
}

/** Ids of the devices at these places or below. @throws NotFound */
export function devicesIn(
  registry: Pick<Registry, 'places' | 'devices'>,
  site: string,
  places: readonly string[],
): string[] {
  for (const one of places) if (!registry.places.known(site, one)) throw new NotFound('place', one)
  const within = new Set(places.flatMap(one => [...registry.places.within(site, one)]))
  return registry.devices
    .all(site)
    .filter(one => one.place !== null && within.has(one.place))
    .map(one => one.id)
}
