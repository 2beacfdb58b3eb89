import type { Broker, Session } from '@ohmstead/bus'
import type { Ledger } from '@ohmstead/ledger'
import type { Principal, Registry, RegistryChange } from '@ohmstead/registry'
import type { Logger } from 'pino'

export interface WatchParts {
  readonly registry: Registry
  readonly broker: Pick<Broker<Principal>, 'disconnect'>
  readonly ledger: Pick<Ledger, 'rulesChanged'>
  /** Ingest and presence remember nothing of it any more. */
  readonly forget: (site: string, device?: string) => void
  /** What the registry has noted as removed is to be deleted now. */
  readonly sweep: () => void
  readonly log: Logger
}

/**
 * What follows from a change in the registry: open sessions whose rights it touched are closed (they come back with
 * what they may do now), energy is judged again under changed rules, and what is left of removed sites and devices
 * goes. The answer ends it.
 */
export function followRegistry({ registry, broker, ledger, forget, sweep, log }: WatchParts): () => void {
  const rules = new Map<string, string>()
  for (const site of registry.sites.all())
    for (const device of registry.devices.all(site.id))
      rules.set(`${site.id}/${device.id}`, rulesOf(registry, site.id, device.id))

  /** Work that goes on behind the change, which is made already: what fails is logged, with what is left over. */
  const behind = (what: string, work: Promise<unknown>) =>
    void work.catch(err => log.error({ err, what }, 'following a change failed'))

  const remove = (site: string, device?: string) => {
    forget(site, device)
    for (const key of rules.keys())
      if (key === `${site}/${device}` || (device === undefined && key.startsWith(`${site}/`)))
        rules.delete(key)
    sweep()
  }

  return registry.onChange(change => {
    broker.disconnect(session => touches(change, session))
    if (change.kind === 'site' && !registry.sites.known(change.site)) remove(change.site)
    if (change.kind !== 'device') return
    if (!registry.devices.known(change.site, change.device)) return remove(change.site, change.device)
    const key = `${change.site}/${change.device}`
    const before = rules.get(key)
    const after = rulesOf(registry, change.site, change.device)
    rules.set(key, after)
    if (before !== undefined && before !== after)
      behind('energy under new rules', ledger.rulesChanged(change.site, change.device))
  })
}

/** What the ledger judges a device by, as one text to compare. */
function rulesOf(registry: Registry, site: string, device: string): string {
  const { ratedPowerW = null, counterModulusWh = null } = registry.devices.known(site, device) ?? {}
  return `${ratedPowerW} ${counterModulusWh}`
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
