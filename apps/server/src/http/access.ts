import { type Action, anonymous, may, mayAnywhere, type Principal, type Resource } from '@ohmstead/registry'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { refuseCrossSite } from './crossSite.ts'
import { Forbidden, NotFound, NotSignedIn } from './errors.ts'
import { type Identification, principalOf } from './principal.ts'

/**
 * What a route asks of its caller: an action of the policy; `signed-in` where the handler narrows the answer to what
 * the caller may see; `public`.
 */
export type Requirement = Action | 'signed-in' | 'public'

declare module 'fastify' {
  interface FastifyContextConfig {
    action?: Requirement
    /** What the action is done to; the `:site` and `:device` of the path when absent. */
    on?: (request: FastifyRequest) => Resource
    /** The action must be allowed on some site; the handler judges each item. */
    anywhere?: boolean
    /** InfluxDB 1's `?u=…&p=…` counts as identification here. */
    queryCredentials?: boolean
  }
  interface FastifyRequest {
    principal: Principal
  }
}

/**
 * The one place where HTTP requests are let in: before the body is read, so that strangers cannot make the server
 * work, and before anything is looked up, so that a site that is not yours and one that is not there answer alike.
 * A route that does not declare its `action` stops the start.
 */
export function guard(app: FastifyInstance, who: Identification): void {
  const undeclared: RouteOptions[] = []
  app.addHook('onRoute', route => void (route.config?.action === undefined && undeclared.push(route)))
  app.addHook('onReady', async () => {
    // Plugins' own routes get their declaration from a later onRoute hook, so the judgement waits until all are there.
    const [route] = undeclared.filter(({ config }) => config?.action === undefined)
    if (route) throw new Error(`${String(route.method)} ${route.url} does not declare its action`)
  })

  app.decorateRequest('principal')
  app.addHook('onRequest', async request => {
    request.principal = anonymous
    if (request.is404) return
    const { action, on, anywhere } = request.routeOptions.config
    refuseCrossSite(request, action === 'public')
    if (action === 'public') return
    request.principal = await principalOf(request, who)
    if (action === 'signed-in') requireSignIn(request.principal)
    else if (anywhere) demandAnywhere(request.principal, action!)
    else demand(request.principal, action!, on ? on(request) : resourceOf(request.params))
  })
}

/** @throws NotSignedIn for nobody · NotFound where they may not know the site · Forbidden */
export function demand(principal: Principal, action: Action, on: Resource = {}): void {
  if (may(principal, action, on)) return
  requireSignIn(principal)
  if (on.site !== undefined && !may(principal, 'site:read', { site: on.site })) throw new NotFound()
  throw new Forbidden()
}

function demandAnywhere(principal: Principal, action: Action): void {
  if (mayAnywhere(principal, action)) return
  requireSignIn(principal)
  throw new Forbidden()
}

function requireSignIn(principal: Principal): void {
  if (principal.kind === 'anonymous') throw new NotSignedIn()
}

function resourceOf(params: unknown): Resource {
  const { site, device } = params as Resource
  return { ...(site === undefined ? {} : { site }), ...(device === undefined ? {} : { device }) }
}
