import type { components, operations } from './generated/api.ts'

type Schemas = components['schemas']
type Json<Content> = Content extends { content: { 'application/json': infer Body } } ? Body : never
/** What a successful call of an operation answers. */
type Answer<Name extends keyof operations> = operations[Name] extends { responses: infer All }
  ? Json<All[(200 | 201 | 202) & keyof All]>
  : never
type Query<Name extends keyof operations> = NonNullable<operations[Name]['parameters']['query']>
type Sent<Name extends keyof operations> = operations[Name] extends { requestBody?: infer Body }
  ? Json<NonNullable<Body>>
  : never

export type Value = number | boolean | string

export type Site = Schemas['Site']
export type Place = Schemas['Place']
export type Device = Schemas['Device']
export type Profile = Schemas['Profile']
export type NewSite = Sent<'createSite'>
export type NewPlace = Sent<'createPlace'>
export type NewDevice = Sent<'createDevice'>
export type NewPerson = Omit<Sent<'setUp'>, 'token'>
/** `secondFactor`: the password was right, a code is still to be sent; `person` is null until then. */
export type Login = Answer<'login'>
export type IssuedCredentials = Answer<'issueCredential'>

/** How devices reach the platform; `mqtt` and `mqtts` are null where they cannot. */
export type Connection = Answer<'getConnection'>
/** `totpURI` is for the authenticator app; each backup code works once. */
export interface SecondFactor {
  readonly totpURI: string
  readonly backupCodes: readonly string[]
}
export type OpenInvitation = Answer<'getInvitation'>

/** A password of a device, without the password. Times are epoch ms. */
export type IssuedCredential = Answer<'listCredentials'>['items'][number]
export type DeviceChange = Sent<'updateDevice'>
export type SiteChange = Sent<'updateSite'>
export type PlaceChange = Sent<'updatePlace'>

/** Simulated sites beside the real ones. */
export type Demo = Answer<'getDemo'>

/** Somebody who has an account. */
export type Person = Answer<'listPeople'>['items'][number]
export type PersonChange = Sent<'updatePerson'>
export type Member = Schemas['Member']
export type Invitation = Answer<'listInvitations'>['items'][number]
export type Invited = Answer<'invite'>
/** A token without its text. Times are epoch ms. */
export type Token = Answer<'listTokens'>['items'][number]
export type NewToken = Sent<'createToken'>
export type IssuedToken = Answer<'createToken'>
/** A change: who did what to what, and how it looked before and after (null: did not exist). */
export type Change = Answer<'listSiteAudit'>['items'][number]

/** Values of one measurement at one instant, as they are sent. Without `time`: when it arrives. */
export interface NewReading {
  readonly measurement: string
  /** ISO 8601 (without an offset: the site's local time) or epoch ms. */
  readonly time?: string | number
  readonly fields: Readonly<Record<string, Value>>
  readonly tags?: Readonly<Record<string, string>>
}

/** What became of readings that were sent. Accepted ones are durable. */
export type Receipt = Schemas['Receipt']

/** Points of one series as columns of equal length, oldest first. `times` in epoch ms. */
export type SeriesOut = Schemas['Series']
/** The newest point of a series. */
export type LatestOut = Answer<'getLatestReadings'>['series'][number]
/** Times: ISO 8601, epoch ms, `now`, or before now as `-24h`. Lists are separated by commas. */
export type ReadingsQuery = Query<'getReadings'>
export type LatestQuery = Query<'getLatestReadings'>

/** Energy by the site's calendar. null is unknown, never zero. */
export type Energy = Schemas['Energy']
export type EnergyBucket = Energy['groups'][number]['buckets'][number]
export type EnergyQuery = Query<'getEnergy'>
/** What a person knows better about a meter; energies in Wh. */
export type EditRequest = Sent<'applyEdit'>

/** A reading that was refused. */
export type Quarantined = Answer<'listQuarantine'>['items'][number]
/** When a device was last heard (epoch ms), and whether it holds a connection now (null: it does not use one). */
export type Presence = Answer<'listPresence'>['items'][number]

/** Something that a person has to know: raised, acknowledged, cleared. Times are epoch ms. */
export type Alert = Schemas['Alert']
/** Something that a rule said. */
export type RuleEvent = Schemas['Event']
export type AlertsQuery = Query<'listAlerts'>
export type RuleEventsQuery = Query<'listEvents'>

/** Stored readings on their way through rules, on a clock of their own. */
export type Replay = Answer<'startReplay'>
export type NewReplay = Sent<'startReplay'>
export type ReplayChange = Sent<'changeReplay'>

/** Whether the platform can do its work, and what is wrong if not. `since` is epoch ms. */
export type Health = Answer<'isReady'>

/** A page of a list; `next` asks for the one after it, null at the end. */
export interface Page<Item> {
  readonly items: Item[]
  readonly next: string | null
}

/** RFC 9457, with the members that Ohmstead adds. Something between may have answered, so most may be missing. */
export type Problem = Pick<Schemas['Problem'], 'type' | 'title' | 'status'> & Partial<Schemas['Problem']>
