import type { Device, Refusal, Site } from '@ohmstead/model'
import { actorOf, may, type Registry } from '@ohmstead/registry'
import type { Origin } from './ingest.ts'

/** Devices of one site; beyond, strangers are no longer let in by themselves. */
const maxDevices = 20_000

/** Whether readings of a device are taken. `new`: yes, once `admit` has made it. */
export type Admission =
  | { readonly state: 'known'; readonly site: Site; readonly device: Device }
  | { readonly state: 'new'; readonly site: Site }
  | { readonly state: 'refused'; readonly refusal: Refusal }

const refused = (field: string, reason: string): Admission => ({
  state: 'refused',
  refusal: { field, reason },
})

/** One text for a site that is not there and one that is not yours. */
const noSite = refused('site', 'no such site, or not yours to write to')
const noDevice = refused('device', 'unknown, and this sender may not make it known; create the device first')
const siteIsFull = refused('device', `the site has ${maxDevices} devices, no more are made on first sight`)
const disabled = refused('device', 'is disabled')

/** Who may write readings of which device, from memory: every reading passes here. */
export class Gate {
  readonly #registry: Pick<Registry, 'sites' | 'devices'>
  readonly #created: () => void

  constructor(registry: Pick<Registry, 'sites' | 'devices'>, created: () => void) {
    this.#registry = registry
    this.#created = created
  }

  judge({ principal }: Origin, siteId: string, deviceId: string): Admission {
    const site = this.#registry.sites.known(siteId)
    if (!site || !may(principal, 'readings:write', { site: siteId, device: deviceId })) return noSite
    const device = this.#registry.devices.known(siteId, deviceId)
    if (device) return device.enabled ? { state: 'known', site, device } : disabled
    if (site.newDevices === 'never' || !may(principal, 'device:create', { site: siteId })) return noDevice
    return this.#registry.devices.all(siteId).length < maxDevices ? { state: 'new', site } : siteIsFull
  }

  /** Makes a device that `judge` called new. */
  async admit(origin: Origin, site: string, device: string): Promise<void> {
    await this.#registry.devices.createOnFirstSight(actorOf(origin.principal), site, device)
    this.#created()
  }
}
