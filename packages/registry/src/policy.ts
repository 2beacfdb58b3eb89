import type { Role, Scope } from '@ohmstead/model'

export interface PersonPrincipal {
  readonly kind: 'person'
  readonly id: string
  readonly email: string
  readonly admin: boolean
  /** By site. */
  readonly roles: ReadonlyMap<string, Role>
}

export interface TokenPrincipal {
  readonly kind: 'token'
  readonly id: string
  readonly site: string | null
  readonly device: string | null
  readonly scopes: ReadonlySet<Scope>
  /** With present rights; null for a token of the platform's operator. */
  readonly owner: PersonPrincipal | null
}

/** Who asks. One shape for HTTP, SSE and MQTT. */
export type Principal =
  | { readonly kind: 'anonymous' }
  | PersonPrincipal
  | TokenPrincipal
  | { readonly kind: 'device'; readonly site: string; readonly device: string }

export const anonymous: Principal = { kind: 'anonymous' }

/** What the action is done to. `owner` is the person a token belongs or shall belong to. */
export interface Resource {
  readonly site?: string | undefined
  readonly device?: string | undefined
  readonly owner?: string | null | undefined
}

interface Rule {
  /** The least role on the resource's site; 'admin' = the platform's administrators only. */
  readonly least: Role | 'admin'
  /** The scope a token needs; null = no token may, so that a stolen one cannot make itself a successor. */
  readonly scope: Scope | null
  /** Open to tokens that are limited to one device. */
  readonly device?: true
}

const rules = {
  'site:create': { least: 'admin', scope: 'write' },
  'site:read': { least: 'viewer', scope: 'read' },
  'site:write': { least: 'owner', scope: 'write' },
  'site:remove': { least: 'owner', scope: 'write' },
  'readings:read': { least: 'viewer', scope: 'read', device: true },
  'readings:write': { least: 'operator', scope: 'write', device: true },
  'device:create': { least: 'operator', scope: 'write' },
  'device:write': { least: 'operator', scope: 'write' },
  'credentials:issue': { least: 'operator', scope: 'write' },
  'rules:read': { least: 'viewer', scope: 'read' },
  'rules:write': { least: 'operator', scope: 'write' },
  'alerts:acknowledge': { least: 'operator', scope: 'write' },
  'commands:send': { least: 'operator', scope: 'write', device: true },
  'energy:read': { least: 'viewer', scope: 'read', device: true },
  'energy:edit': { least: 'operator', scope: 'write' },
  'members:read': { least: 'operator', scope: 'read' },
  'members:write': { least: 'owner', scope: null },
  'tokens:write': { least: 'owner', scope: null },
  'audit:read': { least: 'owner', scope: 'read' },
  'platform:read': { least: 'admin', scope: 'read' },
  'platform:write': { least: 'admin', scope: 'write' },
} as const satisfies Record<string, Rule>

export type Action = keyof typeof rules
export const actions = Object.keys(rules) as Action[]

const rank: Record<Role, number> = { viewer: 1, operator: 2, owner: 3 }

/**
 * The one place that decides who may do what. Pure: the principal carries its rights with it.
 * A resource without a site is the platform's own.
 */
export function may(principal: Principal, action: Action, resource: Resource = {}): boolean {
  switch (principal.kind) {
    case 'anonymous':
      return false
    case 'person':
      return personMay(principal, action, resource)
    case 'token':
      return tokenMay(principal, action, resource)
    case 'device':
      return (
        action === 'readings:write' &&
        resource.site === principal.site &&
        resource.device === principal.device
      )
  }
}

function personMay(person: PersonPrincipal, action: Action, resource: Resource): boolean {
  if (person.admin) return true
  // Their own tokens never open more than they may enter themselves.
  if (action === 'tokens:write' && resource.owner === person.id)
    return resource.site === undefined || person.roles.has(resource.site)
  if (resource.site === undefined) return false
  return reaches(person.roles.get(resource.site), rules[action].least)
}

function reaches(role: Role | undefined, least: Role | 'admin'): boolean {
  return role !== undefined && least !== 'admin' && rank[role] >= rank[least]
}

function tokenMay(token: TokenPrincipal, action: Action, resource: Resource): boolean {
  const rule: Rule = rules[action]
  if (rule.scope === null || !token.scopes.has(rule.scope)) return false
  if (token.site !== null && resource.site !== token.site) return false
  if (token.device !== null && !(rule.device && resource.device === token.device)) return false
  return token.owner ? personMay(token.owner, action, resource) : operatorMay(action, resource)
}

/** A token without an owner works like an operator of every site, and may watch the platform (metrics). */
function operatorMay(action: Action, resource: Resource): boolean {
  if (resource.site === undefined) return action === 'platform:read'
  return reaches('operator', rules[action].least)
}

/** Whether the principal may do this on at least one site: for messages whose site is in the payload. */
export function mayAnywhere(principal: Principal, action: Action): boolean {
  switch (principal.kind) {
    case 'anonymous':
      return false
    case 'person':
      return principal.admin || [...principal.roles.keys()].some(site => may(principal, action, { site }))
    case 'token':
      return tokenMayAnywhere(principal, action)
    case 'device':
      return action === 'readings:write'
  }
}

function tokenMayAnywhere(token: TokenPrincipal, action: Action): boolean {
  const device = token.device ?? undefined
  if (token.site !== null) return may(token, action, { site: token.site, device })
  if (token.owner === null || token.owner.admin) return may(token, action, { site: '', device })
  return [...token.owner.roles.keys()].some(site => may(token, action, { site, device }))
}
