import type {
  Device, Energy, EnergyQuery, NewDevice, NewPlace, NewReading, NewSite, Page, Login, Profile, LatestOut, SeriesQuery, Place, Quarantined, ReadingsQuery, Receipt, SeriesOut, Site,
} from '../types.ts'

type Answer<R> = { headers: { [name: string]: unknown }; content: { 'application/json': R } }
type Op<P, Q, R> = { parameters: { query?: Q; header?: never; path: P; cookie?: never }; requestBody?: never; responses: { 200: Answer<R> } }
type Plain<Q, R> = { parameters: { query?: Q; header?: never; path?: never; cookie?: never }; requestBody?: never; responses: { 200: Answer<R> } }
type Send<O, B> = Omit<O, 'requestBody'> & { requestBody: { content: { 'application/json': B } } }
type Cursor = { cursor?: string; limit?: number }
type AtSite = { site: string }
type AtDevice = { site: string; device: string }
type Password = { email?: string; username?: string; password: string }

export interface paths {
  '/api/auth/login': { get?: never; post: Send<Plain<never, Login>, Password> }
  '/api/auth/logout': { post: Plain<never, undefined> }
  '/api/auth/two-factor/verify-totp': { post: Send<Plain<never, unknown>, { code: string }> }
  '/api/auth/session': { get: Plain<never, { person: Profile | null }> }
  '/api/setup': { get: Plain<never, { needed: boolean }>; post: Send<Plain<never, Login>, { token: string; email: string; name: string; password: string }> }
  '/api/sites': { get: Plain<Cursor, Page<Site>>; post: Send<Plain<never, Site>, NewSite> }
  '/api/sites/{site}': { get: Op<AtSite, never, Site>; patch: Send<Op<AtSite, never, Site>, Partial<Site>>; delete: Op<AtSite, never, undefined> }
  '/api/sites/{site}/places': { get: Op<AtSite, Cursor, Page<Place>>; post: Send<Op<AtSite, never, Place>, NewPlace> }
  '/api/sites/{site}/devices': { get: Op<AtSite, Cursor, Page<Device>>; post: Send<Op<AtSite, never, Device>, NewDevice> }
  '/api/sites/{site}/devices/{device}': { get: Op<AtDevice, never, Device>; patch: Send<Op<AtDevice, never, Device>, Partial<Device>>; delete: Op<AtDevice, never, undefined> }
  '/api/sites/{site}/devices/{device}/credentials': { post: Op<AtDevice, never, { username: string; password: string }> }
  '/api/sites/{site}/devices/{device}/readings': { post: Send<Op<AtDevice, never, Receipt>, NewReading | readonly NewReading[]> }
  '/api/readings': { post: Send<Plain<never, Receipt>, unknown> }
  '/api/sites/{site}/readings': { get: Op<AtSite, ReadingsQuery, { series: SeriesOut[] }> }
  '/api/sites/{site}/readings/latest': { get: Op<AtSite, SeriesQuery, { series: LatestOut[] }> }
  '/api/sites/{site}/energy': { get: Op<AtSite, EnergyQuery, Energy> }
  '/api/sites/{site}/quarantine': { get: Op<AtSite, { device?: string; limit?: number }, { items: Quarantined[] }> }
  '/api/sites/{site}/stream': { get: Op<AtSite, never, string> }
  '/api/tokens': { post: Send<Plain<never, { id: string; token: string }>, { name: string; site?: string; scopes: string[] }> }
}
