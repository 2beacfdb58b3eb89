import { type Action, anonymous, may, mayAnywhere, type Principal, type Resource } from '@ohmstead/registry'
import type {
  FastifyContextConfig,
  FastifyInstance,
  FastifyRequest,
  onRequestHookHandler,
  RouteOptions,
} from 'fastify'
import { refuseCrossSite } from './crossSite.ts'
import { Forbidden, NotFound, NotSignedIn } from './errors.ts'
import { type Identification, principalOf, recognised } from './principal.ts'

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
  const routes: RouteOptions[] = []
  app.decorateRequest('principal')
  app.addHook('onRoute', route => {
    routes.push(route)
    route.onRequest = [doorOf(route, who), ...[route.onRequest ?? []].flat()]
  })
  app.addHook('onReady', async () => {
    // Plugins' own routes get their declaration from a later onRoute hook, so the judgement waits until all are there.
    const undeclared = routes.find(({ config }) => config?.action === undefined)
    if (undeclared)
      throw new Error(`${String(undeclared.method)} ${undeclared.url} does not declare its action`)
  })
}

/** A hook of each route's own: to ask a request for its route's configuration costs as much as all the rest here. */
function doorOf(route: RouteOptions, who: Identification): onRequestHookHandler {
  return (request, _reply, done) => {
    const config = route.config as FastifyContextConfig
    // Devices send one reading after the other: most are let in here, without a promise.
    const known = config.action === 'public' ? undefined : recognised(request, who)
    if (known === undefined) letIn(request, config, who).then(() => done(), done)
    else attempt(() => admitAs(known, request, config), done)
  }
}

async function letIn(
  request: FastifyRequest,
  config: FastifyContextConfig,
  who: Identification,
): Promise<void> {
  request.principal = anonymous
  refuseCrossSite(request, config)
  if (config.action !== 'public') admitAs(await principalOf(request, config, who), request, config)
}

function admitAs(principal: Principal, request: FastifyRequest, config: FastifyContextConfig): void {
  request.principal = principal
  admit(request, config)
}

function attempt(work: () => void, done: (error?: Error) => void): void {
  try {
    work()
  } catch (error) {
    done(error as Error)
    return
  }
  done()
}

/** @throws NotSignedIn · NotFound · Forbidden */
function admit(request: FastifyRequest, { action, on, anywhere }: FastifyContextConfig): void {
  if (action === 'signed-in') requireSignIn(request.principal)
  else if (anywhere) demandAnywhere(request.principal, action as Action)
  else demand(request.principal, action as Action, on ? on(request) : (request.params as Resource))
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
