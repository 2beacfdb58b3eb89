import { Ledger } from '@ohmstead/ledger'
import { deviceId, type Role, siteId, type Value } from '@ohmstead/model'
import { openRegistry, type Registry, system } from '@ohmstead/registry'
import { Batch } from '@ohmstead/telemetry'
import { MemoryStore } from '@ohmstead/telemetry/memory'
import { FakeClock } from '@ohmstead/testkit'
import type { FastifyInstance, LightMyRequestResponse, RouteOptions } from 'fastify'
import { pino } from 'pino'
import { type Accounts, openAccounts } from '../accounts/index.ts'
import { quickHashes } from '../accounts/quickHashes.ts'
import { Config } from '../config/config.ts'
import { EventHub } from '../events.ts'
import { Health } from '../health.ts'
import type { Ingest, Origin, QuarantineEntry, Receipt } from '../ingest/ingest.ts'
import { Metrics } from '../metrics.ts'
import { PresenceBoard } from '../presence.ts'
import { openSqliteAlertStore } from '../rules/alerts/sqliteAlertStore.ts'
import { Replays } from '../rules/replays.ts'
import { RuleService } from '../rules/service.ts'
import type { Services } from '../services.ts'
import { buildApi } from './api.ts'

export const admin = { email: 'admin@example.org', password: 'correct horse battery staple' }
export const start = Date.UTC(2026, 0, 15, 12)

/** What was handed to ingest, and the receipts that it is told to give. */
export class ScriptedIngest implements Ingest {
  readonly submitted: {
    origin: Origin
    items: readonly unknown[]
    target?: { site: string; device: string } | undefined
  }[] = []
  readonly written: { origin: Origin; body: string; site: string; precision: string }[] = []
  entries: QuarantineEntry[] = []
  full = false
  /** Absent: everything is accepted. */
  next: Receipt | Error | undefined

  async submit(
    origin: Origin,
    items: readonly unknown[],
    target?: { site: string; device: string },
  ): Promise<Receipt> {
    this.submitted.push({ origin, items, target })
    return this.#receipt(items.length)
  }
  async lines(
    origin: Origin,
    body: Uint8Array,
    options: { site: string; precision: string },
  ): Promise<Receipt> {
    const text = Buffer.from(body).toString()
    this.written.push({ origin, body: text, ...options })
    return this.#receipt(text.trim().split('\n').length)
  }
  powiot(): Promise<Receipt> {
    throw new Error('not over HTTP')
  }
  quarantine(site: string): QuarantineEntry[] {
    return this.entries.filter(entry => entry.site === site)
  }
  #receipt(count: number): Receipt {
    const next = this.next ?? { accepted: count, rejected: [] }
    this.next = undefined
    if (next instanceof Error) throw next
    return next
  }
}

export interface Fixture extends AsyncDisposable {
  readonly api: FastifyInstance
  readonly services: Services
  readonly registry: Registry
  readonly accounts: Accounts
  readonly ingest: ScriptedIngest
  readonly store: MemoryStore
  readonly ledger: Ledger
  readonly clock: FakeClock
  readonly events: EventHub
  /** What rules have published on the bus, and posted. */
  readonly told: { readonly topics: string[]; readonly posts: string[] }
  readonly health: Health
  /** Every route that was registered. */
  readonly routes: readonly RouteOptions[]
  /** Signs in; the answer is the cookie. */
  login(email: string, password: string): Promise<string>
  /** A person with a role on a site, as the bearer of a token that may do all that the person may. */
  member(site: string, role: Role): Promise<{ id: string; authorization: string }>
}

/** The API over a real registry and real accounts in memory. */
export async function fixture(options: { dashboard?: string; config?: object } = {}): Promise<Fixture> {
  const clock = new FakeClock(start)
  const log = pino({ level: 'silent' })
  const registry = await openRegistry({ dialect: 'sqlite', file: ':memory:' }, { clock })
  const accounts = await openAccounts({
    registry,
    secret: 'only for tests, and long enough',
    publicUrl: () => 'http://localhost',
    secureCookies: false,
    admin,
    log,
    hashes: quickHashes,
  })
  const ingest = new ScriptedIngest()
  const events = new EventHub(start)
  const health = new Health(() => {})
  const store = new MemoryStore()
  const presence = new PresenceBoard(() => {})
  const ledger = await Ledger.open({
    file: ':memory:',
    source: store,
    clock,
    directory: {
      series: (site, device) => store.select({ site, devices: [device] }),
      device: (site, device) => registry.devices.known(site, device),
      devices: site => registry.devices.all(site).map(({ id }) => id),
      zone: site => registry.sites.known(site)?.timezone ?? 'UTC',
    },
  })
  const alerts = openSqliteAlertStore(':memory:', () => clock.now())
  const secret = 'only for tests'
  const told = { topics: [] as string[], posts: [] as string[] }
  const rules = new RuleService({
    ...{ registry, store, ledger, ingest, alerts, events, clock, log, secret, latenessMs: 0 },
    send: async topic => void told.topics.push(topic),
    async post(url) {
      told.posts.push(url)
      return 204
    },
  })
  await rules.start()
  const services: Services = {
    config: Config.parse(options.config ?? {}),
    clock,
    log,
    registry,
    accounts,
    store,
    ledger,
    rules,
    alerts,
    replays: new Replays(clock, alerts),
    webhookSecret: secret,
    presence,
    ingest,
    events,
    health,
    metrics: new Metrics({ process: false }),
    removals: { settled: async () => {} },
    mqttPorts: () => ({ mqtt: 1883, mqtts: undefined }),
    demo: { status: { state: 'none' }, start() {}, resume() {}, async remove() {}, elsewhere() {} },
  }
  const api = buildApi(services, { dashboard: options.dashboard ?? '/nonexistent' })
  const routes: RouteOptions[] = []
  api.addHook('onRoute', route => void routes.push(route))
  await api.ready()
  let people = 0
  return {
    api,
    services,
    registry,
    accounts,
    ingest,
    store,
    ledger,
    clock,
    events,
    told,
    health,
    routes,
    async login(email, password) {
      const answer = await api.inject({
        method: 'POST',
        url: '/api/auth/login',
        payload: { email, password },
      })
      return cookieOf(answer)
    },
    async member(site, role) {
      const email = `person-${++people}@example.org`
      const person = await registry.people.create(system('test'), { email, name: email })
      await registry.members.set(system('test'), site, person.id, role)
      const token = { name: 'test', owner: person.id, scopes: ['read', 'write'] } as const
      const { text } = await registry.tokens.create(system('test'), token)
      return { id: person.id, authorization: `Bearer ${text}` }
    },
    async [Symbol.asyncDispose]() {
      await api.close()
      await services.replays.close()
      await rules.close()
      alerts[Symbol.dispose]()
      await accounts[Symbol.asyncDispose]()
      await ledger.close()
      await registry.close()
    },
  }
}

export function cookieOf(answer: LightMyRequestResponse): string {
  return answer.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
}

/** A site with a place, a device and somebody in each role. */
export async function site(fixture: Fixture, id: string, timezone = 'Europe/Oslo') {
  const { registry } = fixture
  const by = system('test')
  await registry.sites.create(by, { id, name: id, timezone })
  await registry.places.create(by, id, { id: 'kitchen', name: 'Kitchen', kind: 'room' })
  await registry.devices.create(by, id, { id: 'fridge', name: 'Fridge', place: 'kitchen' })
  await registry.devices.create(by, id, { id: 'heater', name: 'Heater' })
  const device = await registry.credentials.issue(by, id, 'fridge')
  const token = await registry.tokens.create(by, { name: 'site', site: id, scopes: ['read', 'write'] })
  return {
    id,
    owner: await fixture.member(id, 'owner'),
    operator: await fixture.member(id, 'operator'),
    viewer: await fixture.member(id, 'viewer'),
    token: { authorization: `Bearer ${token.text}` },
    device: {
      authorization: `Basic ${Buffer.from(`${device.username}:${device.password}`).toString('base64')}`,
    },
  }
}

/** Stores values of one field at these times, and lets the ledger make energy of them. */
export async function store(
  the: Fixture,
  [site, device, measurement, field]: readonly [string, string, string, string],
  points: readonly (readonly [time: number, value: Value])[],
  tags: Record<string, string> = {},
): Promise<void> {
  const batch = new Batch()
  const type = typeof points[0]![1] as 'number' | 'boolean' | 'string'
  const key = { site: siteId(site), device: deviceId(device), measurement, field, tags }
  const series = the.store.resolve(key, type)
  for (const [time, value] of points) batch.add(series, time, value)
  await the.store.append(batch)
  the.ledger.touch(site, device, points[0]![0], points.at(-1)![0])
  await the.ledger.settled()
}
