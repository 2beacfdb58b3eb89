import type { Role } from '@ohmstead/model'
import type { Actor } from './actor.ts'

/**
 * Rows as they lie in the database, the same in both: times are UTC milliseconds, booleans 0 or 1, lists and maps JSON text.
 * `people` is shared with the accounts, which keep its dates their own way.
 */
export interface Schema {
  sites: SiteRow
  places: PlaceRow
  devices: DeviceRow
  rules: RuleRow
  rule_versions: RuleVersionRow
  rule_cases: RuleCaseRow
  people: PersonRow
  members: { site: string; person: string; role: Role; created_at: number }
  tokens: TokenRow
  credentials: CredentialRow
  invitations: InvitationRow
  audit: AuditRow
  /** One row: where the chain ends, so that a cut-off end is noticed. */
  audit_head: { id: number; seq: number; hash: string }
  settings: { key: string; value: string }
  /** What was removed here and is not yet gone elsewhere; `device` is null for a whole site. */
  removals: { id: string; site: string; device: string | null; time: number }
  registry_version: { version: number }
}

export interface SiteRow {
  id: string
  name: string
  timezone: string
  currency: string
  price_area: string | null
  new_devices: string
  retention_days: number | null
}

export interface PlaceRow {
  site: string
  id: string
  name: string
  kind: string
  parent: string | null
}

export interface DeviceRow {
  site: string
  id: string
  name: string
  type: string | null
  place: string | null
  description: string
  identities: string
  capabilities: string
  rated_power_w: number | null
  counter_modulus_wh: number | null
  submeter_of: string | null
  enabled: number
}

export interface RuleRow {
  site: string
  id: string
  name: string
  enabled: number
  version: number
}

export interface RuleVersionRow {
  site: string
  rule: string
  version: number
  definition: string
  actions: string
  changed_at: number
  who_kind: Actor['kind']
  who_id: string
}

export interface RuleCaseRow {
  site: string
  rule: string
  id: string
  name: string
  begins: number
  ends: number
  expected: string
  basis: string
  made_at: number
}

export interface PersonRow {
  id: string
  name: string
  email: string
  email_verified: boolean | number
  image: string | null
  username: string | null
  display_username: string | null
  created_at: Date | string
  updated_at: Date | string
  admin: number
  disabled: number
}

export interface TokenRow {
  id: string
  name: string
  site: string | null
  device: string | null
  scopes: string
  owner: string | null
  hash: string
  created_at: number
  last_used_at: number | null
  expires_at: number | null
}

export interface CredentialRow {
  id: string
  site: string
  device: string
  name: string
  hash: string
  created_at: number
  last_used_at: number | null
}

export interface InvitationRow {
  id: string
  site: string
  email: string
  role: Role
  hash: string
  created_at: number
  expires_at: number
}

export interface AuditRow {
  seq: number
  time: number
  who_kind: Actor['kind']
  who_id: string
  action: string
  what: string
  site: string | null
  before: string | null
  after: string | null
  hash: string
}
