import type { FastifyContextConfig, FastifyRequest } from 'fastify'
import { ForeignOrigin, UnsupportedContent } from './errors.ts'
import { presented } from './principal.ts'

const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Forms that a page of another site can send without asking first (the Fetch standard's CORS-safelisted types). */
const formTypes = /^(text\/plain|application\/x-www-form-urlencoded|multipart\/form-data)\b/i

/**
 * Refuses what a page of another site can make a browser send: a state change that carries a cookie, and at open routes
 * a login, which would sign somebody in to the attacker's account.
 * @throws ForeignOrigin · UnsupportedContent
 */
export function refuseCrossSite(request: FastifyRequest, route: FastifyContextConfig): void {
  if (safe.has(request.method)) return
  const by = presented(request, route)
  if (by !== 'cookie' && !(by === 'nothing' && route.action === 'public')) return
  if (!fromHere(request)) throw new ForeignOrigin('this request came from a page of another origin')
  const type = request.headers['content-type']
  if (type === undefined ? hasBody(request) : formTypes.test(type))
    throw new UnsupportedContent('Content-Type: expected application/json')
}

/**
 * Browsers say with every such request where it comes from: in Sec-Fetch-Site, older ones in Origin. A request with
 * neither is no browser's, and nobody can be tricked into sending it.
 */
function fromHere(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  const { origin } = request.headers
  return origin === undefined || hostOf(origin) === request.host
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}

function hasBody(request: FastifyRequest): boolean {
  const length = request.headers['content-length']
  return request.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
}
