import { type Device, OhmsteadError } from '@ohmstead/model'
import { type Action, may, NotFound, type Principal, type Registry, type Resource } from '@ohmstead/registry'

/** Devices of the site can be switched, and nobody has confirmed that they may be by readings of the past. */
export class SiteHasActuators extends OhmsteadError {
  override readonly name = 'SiteHasActuators'
  readonly code = 'OHM_SITE_HAS_ACTUATORS'
  readonly field = 'confirm'
  constructor(site: string, devices: readonly string[]) {
    const named = devices.slice(0, 5).join(', ')
    const more = devices.length > 5 ? ` and ${devices.length - 5} more` : ''
    super(
      `site '${site}' has devices that can be controlled (${named}${more}), and what is replayed looks like what happens now: ` +
        'replay into a site without such devices, or set `confirm` to true',
    )
  }
}

/** From where to where a live replay goes. */
export interface Way {
  readonly site: string
  readonly source: string
  readonly confirm: boolean
}

const harmless: ReadonlySet<Device['capabilities'][number]> = new Set(['meter', 'climate'])

export function actuatorsOf(registry: Pick<Registry, 'devices'>, site: string): string[] {
  return registry.devices
    .all(site)
    .filter(({ capabilities }) => capabilities.some(one => !harmless.has(one)))
    .map(({ id }) => id)
}

/** What its caller has to be allowed, at the start and as long as it runs. */
export function demandsOf(
  registry: Pick<Registry, 'devices'>,
  { site, source }: Way,
): (readonly [Action, Resource])[] {
  return [
    ['readings:read', { site: source }],
    ['readings:write', { site }],
    ['device:create', { site }],
    ...actuatorsOf(registry, site).map(device => ['commands:send', { site, device }] as const),
  ]
}

/** @throws SiteHasActuators */
export function requireConfirmed(registry: Pick<Registry, 'devices'>, { site, confirm }: Way): void {
  const actuators = actuatorsOf(registry, site)
  if (actuators.length > 0 && !confirm) throw new SiteHasActuators(site, actuators)
}

type Looked = Pick<Registry, 'sites' | 'devices' | 'tokens' | 'authenticate'>

/** Why a live replay that runs may not go on; null when it may. */
export async function reasonToStop(
  registry: Looked,
  principal: Principal,
  way: Way,
  now: number,
): Promise<string | null> {
  for (const site of [way.site, way.source])
    if (!registry.sites.known(site)) return `the site '${site}' was removed`
  if (!way.confirm && actuatorsOf(registry, way.site).length > 0)
    return `'${way.site}' now has a device that can be controlled, which nobody has confirmed`
  const present = await presentOf(registry, principal, now)
  const all = demandsOf(registry, way)
  return present && all.every(([action, on]) => may(present, action, on))
    ? null
    : 'who started it may no longer do so'
}

/** The same one with the rights of now; null when gone. */
async function presentOf(registry: Looked, principal: Principal, now: number): Promise<Principal | null> {
  if (principal.kind === 'person') return registry.authenticate.person(principal.id)
  if (principal.kind !== 'token') return null
  try {
    const { expiresAt } = await registry.tokens.get(principal.id)
    if (expiresAt !== null && expiresAt <= now) return null
  } catch (error) {
    if (error instanceof NotFound) return null
    throw error
  }
  if (principal.owner === null) return principal
  const owner = await registry.authenticate.person(principal.owner.id)
  return owner?.kind === 'person' ? { ...principal, owner } : null
}
