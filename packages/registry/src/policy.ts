import type { Role, Scope } from '@ohmstead/model'

/** Who asks. One shape for HTTP, SSE and MQTT. */
export type Principal =
  | { kind: 'anonymous' }
  | { kind: 'person'; id: string; email: string; admin: boolean; roles: ReadonlyMap<string, Role> }
  | { kind: 'token'; id: string; site: string | null; device: string | null; scopes: ReadonlySet<Scope>; owner: Principal | null }
  | { kind: 'device'; site: string; device: string }

export type Action =
  | 'site:create'
  | 'site:read'
  | 'site:write'
  | 'site:remove'
  | 'readings:read'
  | 'readings:write'
  | 'device:create'
  | 'device:write'
  | 'credentials:issue'
  | 'energy:read'
  | 'energy:edit'
  | 'members:read'
  | 'members:write'
  | 'tokens:write'
  | 'audit:read'
  | 'platform:read'
  | 'platform:write'
