import type {
  Device,
  DeviceInput,
  DevicePatch,
  Instant,
  Member,
  Place,
  PlaceInput,
  PlacePatch,
  Role,
  Rule,
  RuleCase,
  RuleInput,
  RulePatch,
  RuleVersion,
  Scope,
  Site,
  SiteInput,
  SitePatch,
} from '@ohmstead/model'
import type { Kysely } from 'kysely'
import type { Actor } from './actor.ts'
import type { Principal } from './policy.ts'

/** One page of a list, in the list's fixed order; `next` is the cursor of the page after it, null on the last. */
export interface Page<T> {
  readonly items: T[]
  readonly next: string | null
}

/** `limit` 1–500, 100 when absent. A cursor of another list or made up by hand is refused (InvalidInput `cursor`). */
export interface PageRequest {
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
}

/** Somebody with an account. The sign-in itself (passwords, sessions, TOTP) is kept by the server's accounts. */
export interface Person {
  readonly id: string
  /** Lower case. */
  readonly email: string
  readonly name: string
  /** Lower case, or null when the person signs in by e-mail only. */
  readonly username: string | null
  /** May do everything on every site. */
  readonly admin: boolean
  /** A disabled person cannot sign in, and the tokens they own are asleep. */
  readonly disabled: boolean
  readonly createdAt: Instant
}

/** An API token as lists show it; its text is shown once, by `create`. */
export interface Token {
  readonly id: string
  readonly name: string
  /** The only site it opens, or null for every site its owner may enter. */
  readonly site: string | null
  /** The only device it opens (with `site`), or null. */
  readonly device: string | null
  readonly scopes: Scope[]
  /** The person whose present rights bound it, or null for a token of the platform's operator. */
  readonly owner: string | null
  readonly createdAt: Instant
  /** To the minute. */
  readonly lastUsedAt: Instant | null
  readonly expiresAt: Instant | null
}

export interface TokenInput {
  readonly name: string
  readonly site?: string | null | undefined
  readonly device?: string | null | undefined
  readonly scopes: readonly Scope[]
  readonly owner?: string | null | undefined
  readonly expiresAt?: Instant | null | undefined
}

/** A device's password for MQTT and HTTP Basic, as lists show it. */
export interface Credential {
  readonly id: string
  readonly site: string
  readonly device: string
  readonly name: string
  readonly createdAt: Instant
  /** To the minute. */
  readonly lastUsedAt: Instant | null
}

/** What `credentials.issue` shows once. */
export interface IssuedCredential {
  readonly id: string
  /** `<site>/<device>` */
  readonly username: string
  readonly password: string
}

export interface Invitation {
  readonly id: string
  readonly site: string
  readonly email: string
  readonly role: Role
  readonly createdAt: Instant
  readonly expiresAt: Instant
}

/** One change: who did what to what, and how it looked before and after (null: did not exist). Never a secret. */
export interface AuditEntry {
  /** 1, 2, 3 … without a gap. */
  readonly seq: number
  readonly time: Instant
  readonly who: Actor
  /** `device.create`, `token.revoke` … */
  readonly action: string
  /** `sites/home/devices/plug-1` … */
  readonly what: string
  /** The site it belongs to, or null for the platform's own. */
  readonly site: string | null
  readonly before: unknown
  readonly after: unknown
  /** SHA-256 over this entry and the hash before it, hex. */
  readonly hash: string
}

export type AuditVerdict =
  | { readonly ok: true; readonly entries: number }
  | { readonly ok: false; readonly seq: number; readonly reason: string }

/** What changed in this process, for those who hold live sessions or caches of their own. */
export type RegistryChange =
  | { readonly kind: 'site' | 'place'; readonly site: string }
  | { readonly kind: 'device' | 'credential'; readonly site: string; readonly device: string }
  | { readonly kind: 'rule'; readonly site: string; readonly rule: string }
  | { readonly kind: 'member'; readonly site: string; readonly person: string }
  | { readonly kind: 'person'; readonly person: string }
  | { readonly kind: 'token'; readonly token: string }

/**
 * Every method that changes something takes who does it first and writes the audit entry in the same transaction.
 * Errors: `NotFound` (→ 404), `Conflict` with `field` (→ 409), `InvalidInput` with `field` (→ 400/422),
 * `RegistryUnavailable` (retryable, → 503), `TooManyAttempts` with `retryAfterMs` (→ 429).
 * Methods named `known` and `all` answer from memory and never wait: they work while the database is away.
 */
export interface Registry extends AsyncDisposable {
  readonly sites: Sites
  readonly places: Places
  readonly devices: Devices
  readonly rules: Rules
  readonly ruleCases: RuleCases
  readonly people: People
  readonly members: Members
  readonly invitations: Invitations
  readonly tokens: Tokens
  readonly credentials: Credentials
  readonly audit: Audit
  readonly settings: Settings
  readonly removals: Removals
  readonly authenticate: Authenticate
  /** The database itself, for the accounts' own tables and for nothing else. */
  readonly database: { readonly db: Kysely<unknown>; readonly type: 'sqlite' | 'postgres' }
  /** Calls `listener` after each committed change; the answer ends it. */
  onChange(listener: (change: RegistryChange) => void): () => void
  /** Loads sites, places and devices again, for processes that share a PostgreSQL. */
  refresh(): Promise<void>
  /** Resolves when the database answers. @throws RegistryUnavailable */
  ping(): Promise<void>
  close(): Promise<void>
}

export interface Sites {
  /** The person who creates a site becomes its owner. */
  create(by: Actor, site: SiteInput): Promise<Site>
  get(id: string): Promise<Site>
  /** By id; `only` bounds the answer to sites the reader may enter. */
  list(page?: PageRequest & { only?: Iterable<string> | undefined }): Promise<Page<Site>>
  update(by: Actor, id: string, patch: SitePatch): Promise<Site>
  /** Takes its places, devices, credentials, members, invitations and tokens with it. Readings are the store's: see `removals`. */
  remove(by: Actor, id: string): Promise<void>
  known(id: string): Site | undefined
  all(): Site[]
}

export interface Places {
  /** @throws InvalidInput `parent` when the parent is unknown in this site */
  create(by: Actor, site: string, place: PlaceInput): Promise<Place>
  get(site: string, id: string): Promise<Place>
  list(site: string, page?: PageRequest): Promise<Page<Place>>
  /** @throws InvalidInput `parent` when the tree would close into a ring */
  update(by: Actor, site: string, id: string, patch: PlacePatch): Promise<Place>
  /** Its devices stay, without a place. @throws Conflict while it has places below it */
  remove(by: Actor, site: string, id: string): Promise<void>
  known(site: string, id: string): Place | undefined
  all(site: string): Place[]
  /** The place itself and everything below it. */
  within(site: string, id: string): ReadonlySet<string>
}

export interface DeviceFilter extends PageRequest {
  /** This place or any below it. */
  readonly place?: string | undefined
  readonly type?: string | undefined
  readonly enabled?: boolean | undefined
}

export interface Devices {
  create(by: Actor, site: string, device: DeviceInput): Promise<Device>
  /**
   * The device, made from its id alone when it is new. Concurrent calls make one. The caller has judged whether
   * the sender and the site's `newDevices` allow it. @throws Conflict once the site has 10 000 devices
   */
  createOnFirstSight(
    by: Actor,
    site: string,
    device: string,
    about?: { name?: string; type?: string },
  ): Promise<Device>
  get(site: string, id: string): Promise<Device>
  list(site: string, filter?: DeviceFilter): Promise<Page<Device>>
  update(by: Actor, site: string, id: string, patch: DevicePatch): Promise<Device>
  /** Takes its credentials and tokens with it. Readings are the store's: see `removals`. */
  remove(by: Actor, site: string, id: string): Promise<void>
  known(site: string, id: string): Device | undefined
  all(site: string): Device[]
}

export interface Rules {
  /** Version 1. Whether its text can be run was judged by the caller. @throws Conflict once the site has 1000 rules */
  create(by: Actor, site: string, rule: RuleInput): Promise<Rule>
  get(site: string, id: string): Promise<Rule>
  list(site: string, page?: PageRequest): Promise<Page<Rule>>
  /** Newest first; every version that was, kept as long as the rule. */
  versions(site: string, id: string): Promise<RuleVersion[]>
  /** Of one site or of all, those that are switched off too. */
  all(site?: string): Promise<Rule[]>
  /** Those that shall run, of one site or of all. */
  enabled(site?: string): Promise<Rule[]>
  /** A new version when definition or actions change. */
  update(by: Actor, site: string, id: string, patch: RulePatch): Promise<Rule>
  /** Takes its versions with it. */
  remove(by: Actor, site: string, id: string): Promise<void>
}

/** Regression tests of rules; they go with their rule. */
export interface RuleCases {
  /** Those of a rule, by id. */
  list(site: string, rule: string): Promise<RuleCase[]>
  /** @throws Conflict for a taken id, and once the rule has 50 */
  add(by: Actor, input: Omit<RuleCase, 'madeAt'>): Promise<RuleCase>
  remove(by: Actor, site: string, rule: string, id: string): Promise<void>
}

export interface People {
  create(
    by: Actor,
    person: { email: string; name: string; username?: string | null; admin?: boolean },
  ): Promise<Person>
  get(id: string): Promise<Person>
  findByEmail(email: string): Promise<Person | null>
  list(page?: PageRequest): Promise<Page<Person>>
  /** @throws Conflict `admin` when nobody would be left who may administer the platform */
  update(
    by: Actor,
    id: string,
    patch: { name?: string; admin?: boolean; disabled?: boolean },
  ): Promise<Person>
  remove(by: Actor, id: string): Promise<void>
  count(): Promise<number>
}

export interface Members {
  get(site: string, person: string): Promise<Member>
  list(site: string, page?: PageRequest): Promise<Page<Member>>
  /** Adds the member or changes the role. */
  set(by: Actor, site: string, person: string, role: Role): Promise<Member>
  remove(by: Actor, site: string, person: string): Promise<void>
  rolesOf(person: string): Promise<ReadonlyMap<string, Role>>
}

export interface Invitations {
  /** `secret` is shown once, as part of the link that is sent. An open invitation of the same address is replaced. */
  create(
    by: Actor,
    invitation: { site: string; email: string; role: Role; expiresAt: Instant },
  ): Promise<{ invitation: Invitation; secret: string }>
  list(site: string, page?: PageRequest): Promise<Page<Invitation>>
  revoke(by: Actor, site: string, id: string): Promise<void>
  /** The open invitation behind a link, or null when there is none, or it has ended. */
  find(secret: string): Promise<Invitation | null>
  /** Makes the person a member and uses the invitation up; a better role they already have stays. */
  accept(secret: string, person: string): Promise<Member>
}

export interface Tokens {
  /** `text` is shown once. */
  create(by: Actor, token: TokenInput): Promise<{ token: Token; text: string }>
  get(id: string): Promise<Token>
  list(filter?: PageRequest & { site?: string | undefined; owner?: string | undefined }): Promise<Page<Token>>
  /** At once, in every cache of this process. */
  revoke(by: Actor, id: string): Promise<void>
}

export interface Credentials {
  /** At most 10 per device (Conflict). `name` tells several apart. */
  issue(by: Actor, site: string, device: string, name?: string): Promise<IssuedCredential>
  list(site: string, device: string): Promise<Credential[]>
  revoke(by: Actor, site: string, device: string, id: string): Promise<void>
}

export interface Audit {
  /** Newest first. `site` bounds it to one site's entries, `what` to one thing and what lies below it. */
  list(
    filter?: PageRequest & { site?: string | undefined; what?: string | undefined },
  ): Promise<Page<AuditEntry>>
  /** For changes kept elsewhere (ledger edits, sign-ins). Never put a secret into `before` or `after`. */
  append(entry: {
    who: Actor
    action: string
    what: string
    site?: string | null
    before?: unknown
    after?: unknown
  }): Promise<AuditEntry>
  /** Walks the whole chain; names the first entry that was edited, removed or slipped in. */
  verify(): Promise<AuditVerdict>
}

/** Something that was removed from the registry; `device` is null for a whole site. */
export interface Removal {
  readonly id: string
  readonly site: string
  readonly device: string | null
  readonly time: Instant
}

/** Removed sites and devices whose readings and energy, kept elsewhere, have still to go. Until then their ids stay taken. */
export interface Removals {
  /** Oldest first. */
  pending(): Promise<Removal[]>
  /** All of it is gone. */
  done(id: string): Promise<void>
}

export interface Settings {
  /** JSON, or undefined. Secrets do not belong here. */
  get(key: string): Promise<unknown>
  set(by: Actor, key: string, value: unknown): Promise<void>
  remove(by: Actor, key: string): Promise<void>
}

/**
 * Null means wrong, unknown, revoked or expired: one answer for all. `address` is the client's; failures are
 * counted by it. Right answers are remembered for seconds and forgotten on revocation; when the database is
 * away, those of the last minutes still hold.
 * @throws TooManyAttempts · RegistryUnavailable
 */
export interface Authenticate {
  /** The text of a token, as in `Authorization: Bearer …`. */
  token(text: string, address?: string): Promise<Principal | null>
  /**
   * User name and password of MQTT, HTTP Basic and InfluxDB's `u`/`p`: `<site>/<device>` and a device credential; a site's id and
   * a token of that site; a person's e-mail and a token of theirs.
   */
  mqtt(username: string, password: string, address?: string): Promise<Principal | null>
  /**
   * Whether an answer of `token` or `mqtt` would be given again without a look into the database: it is that very object, a few
   * seconds old at most, and nothing that it rests on has changed since.
   */
  stands(principal: Principal): boolean
  /** The principal of a person who has signed in, with present roles; null when gone or disabled. */
  person(id: string): Promise<Principal | null>
}
