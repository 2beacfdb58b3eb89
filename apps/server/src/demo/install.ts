import { type Registry, system } from '@ohmstead/registry'
import { demoSites } from './sites/index.ts'
import type { DeviceSpec, SiteSpec } from './spec.ts'

const demo = system('demo')

/** Makes the demo's sites, places and devices where they are missing; what is there stays as it is. */
export async function install(registry: Registry): Promise<void> {
  for (const site of demoSites) {
    const { id, name, timezone, currency } = site
    if (!registry.sites.known(id))
      await registry.sites.create(demo, { id, name, timezone, currency, newDevices: 'never' })
    for (const place of site.places)
      if (!registry.places.known(id, place.id)) await registry.places.create(demo, id, place)
    for (const device of inOrder(site))
      if (!registry.devices.known(id, device.id)) await registry.devices.create(demo, id, inputOf(device))
  }
}

/** The mains meter first: the others hang below it. */
const inOrder = ({ devices }: SiteSpec) =>
  devices.toSorted((a, b) => Number(b.part.kind === 'mains') - Number(a.part.kind === 'mains'))

function inputOf({ id, name, type, place, capabilities, ratedPowerW, part, counter }: DeviceSpec) {
  return {
    id,
    name,
    type,
    place,
    ratedPowerW,
    capabilities: [...capabilities],
    description: 'Simulated.',
    submeterOf: counter !== null && part.kind !== 'mains' ? 'mains' : null,
  }
}

/** A device's way onto the bus. */
export interface DeviceLogin {
  readonly site: string
  readonly device: string
  readonly username: string
  readonly password: string
}

/**
 * New passwords for all devices; those of earlier runs end. None is ever written down: only the hash is kept, in the
 * registry.
 */
export async function issueLogins(registry: Registry): Promise<DeviceLogin[]> {
  const logins: DeviceLogin[] = []
  for (const site of demoSites)
    for (const { id: device } of site.devices) {
      for (const old of await registry.credentials.list(site.id, device))
        if (old.name === 'demo') await registry.credentials.revoke(demo, site.id, device, old.id)
      const { username, password } = await registry.credentials.issue(demo, site.id, device, 'demo')
      logins.push({ site: site.id, device, username, password })
    }
  return logins
}

/** Takes the demo's sites away, with all that hangs on them. @returns how many there were */
export async function uninstall(registry: Registry): Promise<number> {
  let removed = 0
  for (const { id } of demoSites) {
    if (!registry.sites.known(id)) continue
    await registry.sites.remove(demo, id)
    removed++
  }
  return removed
}
