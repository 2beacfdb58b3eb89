import { Device, Place, Site } from '@ohmstead/model'
import type { Kysely } from 'kysely'
import type { DeviceRow, PlaceRow, Schema, SiteRow } from './schema.ts'

export function siteOf(row: SiteRow): Site {
  const { price_area: priceArea, new_devices: newDevices, retention_days: retentionDays, ...same } = row
  return Site.parse({ ...same, priceArea, newDevices, retentionDays })
}

export function siteRow({ priceArea, newDevices, retentionDays, ...same }: Site): SiteRow {
  return { ...same, price_area: priceArea, new_devices: newDevices, retention_days: retentionDays }
}

export const placeOf = (row: PlaceRow): Place => Place.parse(row)

export function deviceOf(row: DeviceRow): Device {
  const {
    rated_power_w: ratedPowerW,
    counter_modulus_wh: counterModulusWh,
    submeter_of: submeterOf,
    enabled,
    ...same
  } = row
  const identities = JSON.parse(row.identities)
  const capabilities = JSON.parse(row.capabilities)
  return Device.parse({
    ...same,
    identities,
    capabilities,
    ratedPowerW,
    counterModulusWh,
    submeterOf,
    enabled: enabled === 1,
  })
}

export function deviceRow({
  ratedPowerW,
  counterModulusWh,
  submeterOf,
  enabled,
  ...same
}: Device): DeviceRow {
  return {
    ...same,
    identities: JSON.stringify(same.identities),
    capabilities: JSON.stringify(same.capabilities),
    rated_power_w: ratedPowerW,
    counter_modulus_wh: counterModulusWh,
    submeter_of: submeterOf,
    enabled: enabled ? 1 : 0,
  }
}

interface Inside {
  site: Site
  places: Map<string, Place>
  devices: Map<string, Device>
}

/**
 * All sites, places and devices in memory, so that the hot paths (every message asks whether its device is known) never
 * wait. Changed only after the database has committed.
 */
export class Directory {
  #sites = new Map<string, Inside>()

  async load(db: Kysely<Schema>): Promise<void> {
    const sites = await db.selectFrom('sites').selectAll().orderBy('id').execute()
    const places = await db.selectFrom('places').selectAll().orderBy('site').orderBy('id').execute()
    const devices = await db.selectFrom('devices').selectAll().orderBy('site').orderBy('id').execute()
    const loaded = new Map(sites.map(row => [row.id, inside(siteOf(row))]))
    for (const row of places) loaded.get(row.site)?.places.set(row.id, placeOf(row))
    for (const row of devices) loaded.get(row.site)?.devices.set(row.id, deviceOf(row))
    this.#sites = loaded
  }

  site = (id: string): Site | undefined => this.#sites.get(id)?.site
  place = (site: string, id: string): Place | undefined => this.#sites.get(site)?.places.get(id)
  device = (site: string, id: string): Device | undefined => this.#sites.get(site)?.devices.get(id)
  sites = (): Site[] => [...this.#sites.values()].map(each => each.site)
  places = (site: string): Place[] => [...(this.#sites.get(site)?.places.values() ?? [])]
  devices = (site: string): Device[] => [...(this.#sites.get(site)?.devices.values() ?? [])]

  /** The place and all below it. */
  within(site: string, place: string): ReadonlySet<string> {
    const found = new Set([place])
    const places = this.places(site)
    // Sets hand out what is added while they are walked.
    for (const parent of found) for (const each of places) if (each.parent === parent) found.add(each.id)
    return found
  }

  putSite(site: Site): void {
    const known = this.#sites.get(site.id)
    if (known) known.site = site
    else this.#sites.set(site.id, inside(site))
  }

  putPlace(place: Place): void {
    this.#sites.get(place.site)?.places.set(place.id, place)
  }

  putDevice(device: Device): void {
    this.#sites.get(device.site)?.devices.set(device.id, device)
  }

  removeSite(id: string): void {
    this.#sites.delete(id)
  }

  removePlace(site: string, id: string): void {
    this.#sites.get(site)?.places.delete(id)
    for (const device of this.devices(site))
      if (device.place === id) this.putDevice({ ...device, place: null })
  }

  removeDevice(site: string, id: string): void {
    this.#sites.get(site)?.devices.delete(id)
    for (const device of this.devices(site))
      if (device.submeterOf === id) this.putDevice({ ...device, submeterOf: null })
  }
}

const inside = (site: Site): Inside => ({ site, places: new Map(), devices: new Map() })
