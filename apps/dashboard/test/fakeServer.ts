import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import type { Device, Health, Place, Quarantined, Site, StreamedReading } from '@ohmstead/sdk'

/** The policy that the real server sends: a page that breaks it must fail here as well. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

export interface Latest {
  readonly device: string
  readonly measurement: string
  readonly field: string
  readonly unit: string | null
  readonly time: number
  readonly value: number | boolean | string
}

/** All that the fake knows; a test changes it as it likes. */
export interface World {
  setupToken: string | null
  account: { email: string; password: string; name: string; code?: string } | null
  sites: Site[]
  devices: Record<string, Device[]>
  places: Record<string, Place[]>
  latest: Record<string, Latest[]>
  /** Power of one device at one time, W; null is a gap. */
  history: (device: string, time: number) => number | null
  energy: (device: string) => { importWh: number | null; exportWh: number | null }
  completeness: number
  quarantine: Record<string, Quarantined[]>
  troubles: Health['troubles']
  /** Answers every question about readings and energy with this instead. */
  broken: number | null
  /** Questions of this kind wait until the gate opens. */
  gate: Promise<void> | null
}

interface Call {
  readonly request: IncomingMessage
  readonly url: URL
  readonly body: Record<string, unknown>
  readonly answer: ServerResponse
}

/** Speaks the shapes of the API that the dashboard uses, from memory, on loopback. For tests only. */
export class FakeServer {
  world: World
  readonly #folder: string
  #server: Server | null = null
  #port = 0
  static #lastPort = 0
  #streams = new Map<ServerResponse, string>()
  #sessions = new Set<string>()
  #nextEvent = 1
  #nextSession = 1

  private constructor(folder: string, world: World) {
    this.#folder = folder
    this.world = world
  }

  /** @param folder of the built dashboard */
  static async start(folder: string, world: World): Promise<FakeServer> {
    const fake = new FakeServer(folder, world)
    // Where the one before stood: to a browser it is the same server, of which it has the files already.
    fake.#port = FakeServer.#lastPort
    await fake.listen().catch(() => {
      fake.#port = 0
      return fake.listen()
    })
    FakeServer.#lastPort = fake.#port
    return fake
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Listens again on the same port: a restarted server. */
  async listen(): Promise<void> {
    const server = createServer((request, answer) => {
      this.#route(request, answer).catch(error => problem(answer, 500, 'OHM_INTERNAL', String(error)))
    })
    this.#server = server
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(this.#port, '127.0.0.1', resolve)
    })
    const address = server.address()
    if (address !== null && typeof address === 'object') this.#port = address.port
  }

  async stop(): Promise<void> {
    const server = this.#server
    if (server === null) return
    this.#server = null
    server.closeAllConnections()
    await new Promise<void>(resolve => server.close(() => resolve()))
    this.#streams.clear()
  }

  /** Every session ends; open streams are closed, as the real server does. */
  expireSessions(): void {
    this.#sessions.clear()
    for (const stream of this.#streams.keys()) stream.end()
  }

  /** A cookie of a session that is already open. */
  session(): { name: string; value: string } {
    const value = `s${this.#nextSession++}`
    this.#sessions.add(value)
    return { name: 'session', value }
  }

  get listeners(): number {
    return this.#streams.size
  }

  publish(site: string, type: string, data: unknown): void {
    const text = `id: ${this.#nextEvent++}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`
    for (const [stream, of] of this.#streams) if (of === site) stream.write(text)
  }

  /** A reading arrives: kept as the newest and told to who listens. */
  reading(site: string, reading: StreamedReading): void {
    const latest = (this.world.latest[site] ??= [])
    for (const [field, value] of Object.entries(reading.fields)) {
      const at = latest.findIndex(
        one =>
          one.device === reading.device && one.measurement === reading.measurement && one.field === field,
      )
      const entry = {
        device: reading.device,
        measurement: reading.measurement,
        field,
        unit: 'W',
        time: reading.time,
        value,
      }
      if (at < 0) latest.push(entry)
      else latest[at] = entry
    }
    this.publish(site, 'readings', [reading])
  }

  async #route(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url)
    answer.setHeader('content-security-policy', policy)
    if (url.pathname === '/readyz') return this.#health(answer)
    if (!url.pathname.startsWith('/api/')) return this.#file(url.pathname, answer)
    const body = (await jsonOf(request)) as Record<string, unknown>
    const call = { request, url, body, answer }
    if (this.#public(call)) return
    if (!this.#sessions.has(cookieOf(request))) return problem(answer, 401, 'OHM_NOT_SIGNED_IN', 'sign in')
    if (url.pathname === '/api/auth/session')
      return json(answer, 200, { person: this.#profile(), principal: { kind: 'person' } })
    if (url.pathname === '/api/sites') return this.#sites(call)
    const [, site, rest] = /^\/api\/sites\/([^/]+)\/?(.*)$/.exec(url.pathname) ?? []
    if (site === undefined || !this.world.sites.some(({ id }) => id === site))
      return problem(answer, 404, 'OHM_NOT_FOUND', 'nothing here')
    await this.#ofSite(call, site, rest ?? '')
  }

  async #health(answer: ServerResponse): Promise<void> {
    const { troubles } = this.world
    json(answer, troubles.length === 0 ? 200 : 503, { ready: troubles.length === 0, troubles })
  }

  #public({ request, url, body, answer }: Call): boolean {
    const { world } = this
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /api/setup':
        json(answer, 200, { needed: world.account === null })
        return true
      case 'POST /api/setup':
        if (body.token !== world.setupToken)
          problem(answer, 410, 'OHM_LINK_EXPIRED', 'this link is not valid any more')
        else if (String(body.password).length < 12)
          refuse(answer, 'password', 'expected at least 12 characters')
        else {
          world.account = {
            email: String(body.email),
            name: String(body.name),
            password: String(body.password),
          }
          world.setupToken = null
          this.#signIn(answer)
        }
        return true
      case 'POST /api/auth/login':
        if (body.email !== world.account?.email || body.password !== world.account?.password)
          problem(answer, 401, 'OHM_WRONG_CREDENTIALS', 'wrong')
        else if (world.account?.code !== undefined) json(answer, 200, { person: null, secondFactor: true })
        else this.#signIn(answer)
        return true
      case 'POST /api/auth/two-factor/verify-totp':
        if (body.code !== world.account?.code) problem(answer, 401, 'OHM_WRONG_CREDENTIALS', 'wrong code')
        else this.#signIn(answer)
        return true
      case 'POST /api/auth/logout':
        this.#sessions.delete(cookieOf(request))
        answer.writeHead(204).end()
        return true
      default:
        return false
    }
  }

  #signIn(answer: ServerResponse): void {
    const { name, value } = this.session()
    answer.setHeader('set-cookie', `${name}=${value}; Path=/; HttpOnly; SameSite=Lax`)
    json(answer, 200, { person: this.#profile(), secondFactor: false })
  }

  #profile() {
    const { email, name } = this.world.account ?? { email: '', name: '' }
    return {
      id: 'p1',
      email,
      name,
      username: null,
      admin: true,
      emailVerified: true,
      twoFactor: false,
      roles: {},
    }
  }

  async #sites({ request, body, answer }: Call): Promise<void> {
    if (request.method === 'GET') return json(answer, 200, { items: this.world.sites, next: null })
    if (this.world.sites.some(({ id }) => id === body.id))
      return problem(answer, 409, 'OHM_CONFLICT', 'this id is taken')
    const site = {
      priceArea: null,
      newDevices: 'with-site-token',
      retentionDays: null,
      currency: 'EUR',
      ...body,
    } as unknown as Site
    this.world.sites.push(site)
    json(answer, 201, site)
  }

  async #ofSite({ request, url, body, answer }: Call, site: string, rest: string): Promise<void> {
    const { world } = this
    if (rest === 'stream') return this.#stream(site, answer)
    if (rest === 'devices' && request.method === 'POST') return this.#createDevice(site, body, answer)
    if (rest.endsWith('/credentials'))
      return json(answer, 201, {
        id: 'c1',
        username: `${site}/${rest.split('/')[1]}`,
        password: 'k3Qf8mZp2vXw7Rt5',
      })
    if (rest === 'devices') return json(answer, 200, { items: world.devices[site] ?? [], next: null })
    if (rest === 'places') return json(answer, 200, { items: world.places[site] ?? [], next: null })
    if (rest === 'alerts' || rest === 'rules') return json(answer, 200, { items: [], next: null })
    await world.gate
    if (world.broken !== null)
      return problem(answer, world.broken, 'OHM_STORE_UNAVAILABLE', 'the disk of the readings store is full')
    if (rest === 'readings/latest') return json(answer, 200, { series: this.#latest(site) })
    if (rest === 'readings') return json(answer, 200, { series: this.#history(site, url) })
    if (rest === 'energy') return json(answer, 200, this.#energy(site, url))
    if (rest === 'quarantine') return json(answer, 200, { items: world.quarantine[site] ?? [] })
    problem(answer, 404, 'OHM_NOT_FOUND', 'nothing here')
  }

  async #createDevice(site: string, body: Record<string, unknown>, answer: ServerResponse): Promise<void> {
    const devices = (this.world.devices[site] ??= [])
    if (devices.some(({ id }) => id === body.id))
      return problem(answer, 409, 'OHM_CONFLICT', 'this id is taken')
    const made = device(site, String(body.id), { name: String(body.name) })
    devices.push(made)
    json(answer, 201, made)
  }

  #stream(site: string, answer: ServerResponse): void {
    answer.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    answer.write(': here\n\n')
    this.#streams.set(answer, site)
    answer.on('close', () => this.#streams.delete(answer))
  }

  #latest(site: string) {
    return (this.world.latest[site] ?? []).map(one => ({
      ...head(site, one),
      resolution: 'raw',
      times: [one.time],
      values: [one.value],
      time: one.time,
      value: one.value,
      ageMs: Math.max(0, Date.now() - one.time),
    }))
  }

  #history(site: string, url: URL) {
    const stepMs = url.searchParams.get('resolution') === 'PT5M' ? 300_000 : 60_000
    const fields = (url.searchParams.get('field') ?? '').split(',')
    const to = Math.floor(Date.now() / stepMs) * stepMs
    return (this.world.latest[site] ?? [])
      .filter(one => fields.includes(one.field))
      .map(one => {
        const times: number[] = []
        const values: number[] = []
        for (let time = to - 3 * 3_600_000; time < to; time += stepMs) {
          const value = this.world.history(one.device, time)
          if (value === null) continue
          times.push(time)
          values.push(value)
        }
        return { ...head(site, one), resolution: url.searchParams.get('resolution'), times, values }
      })
  }

  #energy(site: string, url: URL) {
    const { completeness } = this.world
    const by = url.searchParams.get('by')
    const quality = { measured: completeness, missing: 1 - completeness }
    if (url.searchParams.get('group') === 'device') {
      const groups = (this.world.devices[site] ?? []).map(({ id }) => ({
        key: id,
        buckets: [{ start: dayStart(), end: dayStart(24), completeness, quality, ...this.world.energy(id) }],
      }))
      return { by, timezone: 'UTC', groups }
    }
    const tops = (this.world.devices[site] ?? [])
      .filter(({ submeterOf }) => submeterOf === null)
      .map(({ id }) => this.world.energy(id))
    const sum = (key: 'importWh' | 'exportWh') => {
      const known = tops.map(top => top[key]).filter(value => value !== null)
      return known.length === 0 ? null : known.reduce((total, value) => total + value, 0)
    }
    const bucket = {
      start: dayStart(),
      end: dayStart(24),
      importWh: sum('importWh'),
      exportWh: sum('exportWh'),
      completeness,
      quality,
    }
    return { by, timezone: 'UTC', groups: tops.length === 0 ? [] : [{ key: site, buckets: [bucket] }] }
  }

  async #file(path: string, answer: ServerResponse): Promise<void> {
    const wanted = extname(path) === '' ? '/index.html' : path
    try {
      const content = await readFile(join(this.#folder, wanted))
      answer
        .writeHead(200, {
          'content-type': types[extname(wanted)] ?? 'application/octet-stream',
          'cache-control': wanted.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-cache',
        })
        .end(content)
    } catch {
      answer.writeHead(404).end()
    }
  }
}

/** A device with everything that a test does not care about. */
export function device(site: string, id: string, more: Partial<Device> = {}): Device {
  return {
    id,
    site,
    name: id,
    type: null,
    place: null,
    description: '',
    identities: {},
    capabilities: [],
    ratedPowerW: null,
    counterModulusWh: null,
    submeterOf: null,
    enabled: true,
    ...more,
  }
}

/** Today's midnight UTC and some hours, ISO. */
function dayStart(hours = 0): string {
  return new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000 + hours * 3_600_000).toISOString()
}

function head(site: string, { device, measurement, field, unit }: Latest) {
  return { site, device, measurement, field, tags: {}, unit }
}

function cookieOf(request: IncomingMessage): string {
  return /(?:^|;\s*)session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? ''
}

async function jsonOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const text = Buffer.concat(parts).toString()
  return text === '' ? {} : JSON.parse(text)
}

function json(answer: ServerResponse, status: number, body: unknown): void {
  answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function problem(answer: ServerResponse, status: number, code: string, detail: string): void {
  if (answer.headersSent) return
  answer.writeHead(status, { 'content-type': 'application/problem+json' })
  answer.end(JSON.stringify({ type: 'about:blank', title: detail, status, code, detail }))
}

function refuse(answer: ServerResponse, field: string, reason: string): void {
  answer.writeHead(400, { 'content-type': 'application/problem+json' })
  answer.end(
    JSON.stringify({
      type: 'about:blank',
      title: 'A value cannot be accepted',
      status: 400,
      code: 'OHM_INVALID_INPUT',
      field,
      detail: `${field}: ${reason}`,
      errors: [{ field, reason }],
    }),
  )
}
