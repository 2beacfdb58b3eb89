import type { Socket } from 'node:net'
import { anonymous, isTokenText, type Principal, type Registry } from '@ohmstead/registry'
import type { FastifyContextConfig, FastifyRequest } from 'fastify'
import { NotSignedIn } from './errors.ts'

/** What tells who asks. */
export interface Identification {
  readonly authenticate: Pick<Registry['authenticate'], 'token' | 'mqtt' | 'stands'>
  /** The person behind the session cookie of these headers, or null. */
  session(headers: FastifyRequest['headers']): Promise<Principal | null>
}

/** How a request said who it is from. Only a cookie is sent by browsers unasked, so only it needs CSRF checks. */
export type Presented = 'nothing' | 'cookie' | 'authorization' | 'query'

/** What of a route's configuration matters here. */
type Ways = Pick<FastifyContextConfig, 'queryCredentials'>

export function presented(request: FastifyRequest, { queryCredentials }: Ways): Presented {
  if (request.headers.authorization !== undefined) return 'authorization'
  if (queryCredentials && userOf(request) !== undefined) return 'query'
  return request.headers.cookie === undefined ? 'nothing' : 'cookie'
}

/** Who spoke last on a connection, and how they said so: most that is kept open carries the requests of one sender. */
const lastOn = new WeakMap<Socket, { readonly header: string; readonly principal: Principal }>()

/** Who asks, when the same header came last on this connection and its answer still stands. */
export function recognised({ headers, raw }: FastifyRequest, who: Identification): Principal | undefined {
  const last = lastOn.get(raw.socket)
  if (last === undefined || last.header !== headers.authorization) return undefined
  return who.authenticate.stands(last.principal) ? last.principal : undefined
}

/**
 * Who asks. An `Authorization` header that is not valid is an error, never anonymous: whoever sends one means it.
 * @throws NotSignedIn · TooManyAttempts · RegistryUnavailable
 */
export async function principalOf(
  request: FastifyRequest,
  ways: Ways,
  who: Identification,
): Promise<Principal> {
  switch (presented(request, ways)) {
    case 'nothing':
      return anonymous
    case 'cookie':
      return (await who.session(request.headers)) ?? anonymous
    case 'query':
      return valid(await byName(...userOf(request)!, request.ip, who))
    case 'authorization': {
      const header = request.headers.authorization!
      const principal = valid(await fromHeader(header, request.ip, who))
      lastOn.set(request.raw.socket, { header, principal })
      return principal
    }
  }
}

function valid(principal: Principal | null): Principal {
  if (principal === null) throw new NotSignedIn('the token or the user name and password are not valid')
  return principal
}

/** `Bearer <token>`, `Token <token>` (InfluxDB 2), `Token <user>:<password>` (InfluxDB 1.8), `Basic …`. */
function fromHeader(header: string, address: string, who: Identification): Promise<Principal | null> {
  const [, scheme = '', credentials = ''] = /^(\w+) +([^\s].*)$/.exec(header.trim()) ?? []
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return who.authenticate.token(credentials, address)
    case 'token':
      return credentials.includes(':')
        ? byPassword(credentials, address, who)
        : who.authenticate.token(credentials, address)
    case 'basic':
      return byPassword(Buffer.from(credentials, 'base64').toString('utf8'), address, who)
    default:
      throw new NotSignedIn('Authorization: expected Bearer, Token or Basic')
  }
}

function byPassword(pair: string, address: string, who: Identification): Promise<Principal | null> {
  const colon = pair.indexOf(':')
  if (colon < 0) throw new NotSignedIn('Authorization: expected user:password')
  return byName(pair.slice(0, colon), pair.slice(colon + 1), address, who)
}

/** A token says by itself who asks: InfluxDB's clients send it under whatever user name they were given. */
function byName(
  username: string,
  password: string,
  address: string,
  { authenticate }: Identification,
): Promise<Principal | null> {
  return isTokenText(password)
    ? authenticate.token(password, address)
    : authenticate.mqtt(username, password, address)
}

/** InfluxDB 1's `?u=…&p=…`. */
function userOf(request: FastifyRequest): [user: string, password: string] | undefined {
  const { u, p } = request.query as { u?: unknown; p?: unknown }
  return typeof u === 'string' && typeof p === 'string' ? [u, p] : undefined
}
