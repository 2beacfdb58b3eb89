import { type Actor, Conflict, type Registry } from '@ohmstead/registry'

/** How the description of a device begins that a live replay has made. */
export const replayedMark = 'Replayed from'

export interface SandboxParts {
  readonly registry: Pick<Registry, 'devices'>
  readonly by: Actor
  readonly site: string
  readonly source: string
  readonly speed: number
}

/**
 * Devices of the same ids in the site that is played into. What the ledger judges energy by comes along, so that the same counters
 * give the same energy; what can be controlled does not.
 */
export class Sandbox {
  readonly #parts: SandboxParts

  constructor(parts: SandboxParts) {
    this.#parts = parts
  }

  /** Makes the device when it is absent, after the meter above it. @throws RegistryUnavailable · InvalidInput */
  async make(id: string): Promise<void> {
    const { registry, by, site, source, speed } = this.#parts
    if (registry.devices.known(site, id)) return
    const like = registry.devices.known(source, id)
    if (like?.submeterOf) await this.make(like.submeterOf)
    await registry.devices
      .create(by, site, {
        id,
        name: like?.name ?? id,
        type: like?.type ?? null,
        description: `${replayedMark} ${source}/${id}`,
        capabilities: like?.capabilities.filter(one => one === 'meter' || one === 'climate') ?? [],
        // Played faster, its counters run faster than it ever could.
        ratedPowerW: speed === 1 ? (like?.ratedPowerW ?? null) : null,
        counterModulusWh: like?.counterModulusWh ?? null,
        submeterOf: like?.submeterOf ?? null,
      })
      .catch(error => {
        // Another made it meanwhile.
        if (!(error instanceof Conflict && registry.devices.known(site, id))) throw error
      })
  }
}
