import { type Action, may, type Principal, type Resource } from '@ohmstead/registry'
import Fastify, { type InjectOptions, type RouteOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { guard } from './access.ts'
import { cookieOf, type Fixture, fixture, site } from './fixture.ts'

/** Two tenants; every route is tried by everybody of the one on the other's, and by every role on its own. */
let the: Fixture
let alpha: Awaited<ReturnType<typeof site>>
let beta: Awaited<ReturnType<typeof site>>
beforeAll(async () => {
  the = await fixture()
  alpha = await site(the, 'alpha')
  beta = await site(the, 'beta')
})
afterAll(() => the[Symbol.asyncDispose]())

interface Guarded {
  readonly method: string
  readonly url: string
  readonly route: RouteOptions
}

/** Every route that is not public, once per method. */
function guarded(): Guarded[] {
  return (
    the.routes
      .filter(({ config }) => config?.action !== 'public')
      .flatMap(route => [route.method].flat().map(method => ({ method, url: route.url, route })))
      // Removing what the others look at comes last.
      .sort((a, b) => order(a) - order(b))
  )
}

const order = ({ method, url }: Omit<Guarded, 'route'>) => (method === 'DELETE' ? 1000 - url.length : 0)

/** Routes about one site, in the path or in InfluxDB's query. */
function ofSites(): Guarded[] {
  return guarded().filter(
    ({ url, route }) =>
      url.includes(':site') ||
      route.config?.on?.({ params: {}, query: { bucket: 'x', db: 'x' } } as never)?.site !== undefined,
  )
}

function request(
  { method, url }: Guarded,
  siteId: string,
  headers: Record<string, string> = {},
): InjectOptions {
  const path = url
    .replace(':site', siteId)
    .replace(':device', 'fridge')
    .replace(':place', 'kitchen')
    .replace(/:\w+/g, '1')
  const body = method === 'GET' || method === 'DELETE' ? {} : { payload: '{}' }
  return {
    method: method as 'GET',
    url: path,
    query: { bucket: siteId, db: siteId },
    headers: {
      ...headers,
      ...(method === 'GET' || method === 'DELETE' ? {} : { 'content-type': 'application/json' }),
    },
    ...body,
  }
}

test('the walk sees the routes', () => {
  expect(ofSites().length).toBeGreaterThan(35)
  expect(guarded().length).toBeGreaterThan(ofSites().length)
})

test('nobody gets in anywhere', async () => {
  for (const route of guarded()) {
    const answer = await the.api.inject(request(route, 'alpha'))
    expect(answer.statusCode, `${route.method} ${route.url}`).toBe(401)
    expect(answer.headers).toHaveProperty('www-authenticate')
  }
})

describe('on a site of others', () => {
  test.each(['owner', 'operator', 'viewer', 'token', 'device'] as const)(
    'the %s finds what is not there at all',
    async who => {
      const { authorization } = alpha[who]
      for (const route of ofSites()) {
        const foreign = await the.api.inject(request(route, 'beta', { authorization }))
        const absent = await the.api.inject(request(route, 'nowhere', { authorization }))
        expect(foreign.statusCode, `${route.method} ${route.url}`).toBe(404)
        expect(foreign.body).toBe(absent.body)
        expect(foreign.headers).toEqual({ ...absent.headers, date: foreign.headers.date })
      }
      expect(await the.registry.devices.get('beta', 'fridge')).toBeTruthy()
    },
  )
})

describe('on their own site', () => {
  test.each(['owner', 'operator', 'viewer', 'token', 'device'] as const)(
    'the %s may do what the policy says and nothing else',
    async who => {
      // What is allowed is done, removing the site too: each has one to lose.
      const own = `own-${who}`
      const { authorization } = (await site(the, own))[who]
      const principal = await principalOf(authorization)
      for (const route of ofSites()) {
        const { action, on } = route.route.config!
        const injected = request(route, own, { authorization })
        const resource = on
          ? on({ params: { site: own, device: 'fridge' }, query: injected.query } as never)
          : resourceOf(own, route.url)
        const allowed = may(principal, action as Action, resource)
        // A stream would never end.
        if (allowed && route.url.endsWith('/stream')) continue
        const { statusCode } = await the.api.inject(injected)
        if (allowed) expect([401, 403, 500], `${route.method} ${route.url}`).not.toContain(statusCode)
        else
          expect(statusCode, `${route.method} ${route.url}`).toBe(
            may(principal, 'site:read', { site: own }) ? 403 : 404,
          )
      }
    },
  )

  test('a viewer changes nothing', async () => {
    const { authorization } = alpha.viewer
    // These are questions whose words do not fit into an address.
    const questions = /\/rules\/(check|try|:rule\/cases\/run)$/
    for (const route of ofSites().filter(({ method, url }) => method !== 'GET' && !questions.test(url))) {
      const { statusCode } = await the.api.inject(request(route, 'alpha', { authorization }))
      expect(statusCode, `${route.method} ${route.url}`).toBe(403)
    }
  })

  test('a device does nothing but send its own readings', async () => {
    const { authorization } = alpha.device
    const open: string[] = []
    for (const route of guarded()) {
      const { statusCode } = await the.api.inject(request(route, 'alpha', { authorization }))
      if (statusCode < 400) open.push(`${route.method} ${route.url}`)
    }
    expect(open.sort()).toEqual([
      'GET /api/auth/session',
      'GET /api/connection',
      'GET /api/sites',
      'POST /api/readings',
      'POST /api/sites/:site/devices/:device/readings',
    ])
    const sites = await the.api.inject({ url: '/api/sites', headers: { authorization } })
    expect(sites.json().items).toEqual([])
    const other = {
      method: 'POST',
      url: '/api/sites/alpha/devices/heater/readings',
      headers: { authorization },
      payload: {},
    } as const
    expect((await the.api.inject(other)).statusCode).toBe(404)
  })
})

test('only the platform’s administrators see the platform', async () => {
  for (const route of guarded().filter(({ route }) => String(route.config?.action).startsWith('platform:')))
    for (const who of ['owner', 'token', 'device'] as const)
      expect(
        (await the.api.inject(request(route, 'alpha', { authorization: alpha[who].authorization })))
          .statusCode,
        route.url,
      ).toBe(403)
})

test('sites of others are in no list', async () => {
  for (const who of ['owner', 'viewer', 'token'] as const) {
    const { authorization } = beta[who]
    const answer = await the.api.inject({ url: '/api/sites', headers: { authorization } })
    expect(answer.json().items.map(({ id }: { id: string }) => id)).toEqual(['beta'])
  }
})

test('a token of another person is not there', async () => {
  const cookie = await the.login('admin@example.org', 'correct horse battery staple')
  const made = await the.api.inject({
    method: 'POST',
    url: '/api/tokens',
    headers: { cookie },
    payload: { name: 'mine', scopes: ['read'] },
  })
  expect(made.statusCode).toBe(201)
  const url = `/api/tokens/${made.json().id}`
  const { authorization } = alpha.owner
  expect((await the.api.inject({ method: 'DELETE', url, headers: { authorization } })).statusCode).toBe(404)
  expect((await the.api.inject({ method: 'DELETE', url, headers: { cookie } })).statusCode).toBe(204)
})

test('a token cannot make itself a successor', async () => {
  const headers = { authorization: alpha.owner.authorization }
  const payload = { name: 'next', site: 'alpha', scopes: ['read'] }
  expect((await the.api.inject({ method: 'POST', url: '/api/tokens', headers, payload })).statusCode).toBe(
    403,
  )
})

test('a token for the site of others is not made', async () => {
  const person = { name: 'Owner', password: 'a long enough password' }
  const { link } = await the.accounts.invite(
    { kind: 'system', id: 'test' },
    { site: 'alpha', email: 'owner@example.org', role: 'owner' },
  )
  const token = new URL(link!).searchParams.get('token')
  const joined = await the.api.inject({
    method: 'POST',
    url: '/api/auth/invitation/accept',
    payload: { token, person },
  })
  const headers = { cookie: cookieOf(joined) }
  const make = (site: string) =>
    the.api.inject({
      method: 'POST',
      url: '/api/tokens',
      headers,
      payload: { name: 't', site, scopes: ['read'] },
    })
  expect((await make('alpha')).statusCode).toBe(201)
  expect((await make('beta')).statusCode).toBe(404)
  expect((await make('nowhere')).statusCode).toBe(404)
})

test('a route that does not say what it asks for stops the start', async () => {
  const app = Fastify()
  guard(app, { authenticate: the.registry.authenticate, session: async () => null })
  app.get('/open-by-mistake', async () => 'secret')
  await expect(app.ready()).rejects.toThrow('GET /open-by-mistake does not declare its action')
})

async function principalOf(authorization: string): Promise<Principal> {
  const [scheme, secret] = authorization.split(' ') as [string, string]
  const { authenticate } = the.registry
  const [user, password] = Buffer.from(secret, 'base64').toString().split(':') as [string, string]
  return (await (scheme === 'Bearer' ? authenticate.token(secret) : authenticate.mqtt(user, password)))!
}

function resourceOf(site: string, url: string): Resource {
  return url.includes(':device') ? { site, device: 'fridge' } : { site }
}
