import type { Broker, Session } from '@ohmstead/bus'
import type { Principal, Registry, RegistryChange } from '@ohmstead/registry'
import type { ReadingStore } from '@ohmstead/telemetry'
import type { PresenceBoard } from './presence.ts'

export interface WatchParts {
  readonly registry: Registry
  readonly broker: Broker<Principal>
  readonly store: ReadingStore
  readonly presence: PresenceBoard
  readonly forget: (site: string, device?: string) => void
}

/**
 * What follows from a change in the registry: open sessions whose rights it touched are closed (they come back with
 * what they may do now), and what is left of removed sites and devices goes. The answer ends it.
 */
export function followRegistry({ registry, broker, store, forget }: WatchParts): () => void {
  return registry.onChange(change => {
    broker.disconnect(session => touches(change, session))
    if (change.kind === 'site' && !registry.sites.known(change.site)) {
      forget(change.site)
      void store.remove(store.select({ site: change.site }))
    }
    if (change.kind === 'device' && !registry.devices.known(change.site, change.device)) {
      forget(change.site, change.device)
      void store.remove(store.select({ site: change.site, devices: [change.device] }))
    }
  })
}

function touches(change: RegistryChange, { principal }: Session<Principal>): boolean {
  switch (change.kind) {
    case 'credential':
      return (
        principal.kind === 'device' && principal.site === change.site && principal.device === change.device
      )
    case 'token':
      return principal.kind === 'token' && principal.id === change.token
    case 'member':
    case 'person':
      return personOf(principal) === change.person
    default:
      return false
  }
}

function personOf(principal: Principal): string | undefined {
  if (principal.kind === 'person') return principal.id
  return principal.kind === 'token' ? principal.owner?.id : undefined
}
