import { body, type ClientOptions, type RestClient, restClient } from './client.ts'
import { Unavailable } from './errors.ts'
import type { ReplayEvent, SiteEvent } from './events.ts'
import { replayEvents, siteEvents } from './events.ts'
import type { FollowOptions } from './sse/follow.ts'
import type {
  Alert,
  AlertsQuery,
  Change,
  Connection,
  Demo,
  Device,
  DeviceChange,
  Energy,
  EnergyQuery,
  Health,
  Invitation,
  Invited,
  IssuedCredential,
  IssuedCredentials,
  IssuedToken,
  LatestOut,
  LatestQuery,
  Login,
  Member,
  NewDevice,
  NewPerson,
  NewPlace,
  NewReading,
  NewReplay,
  NewSite,
  NewToken,
  OpenInvitation,
  Page,
  Person,
  PersonChange,
  Place,
  PlaceChange,
  Profile,
  Quarantined,
  ReadingsQuery,
  Receipt,
  Replay,
  ReplayChange,
  RuleEvent,
  RuleEventsQuery,
  SecondFactor,
  SeriesOut,
  Site,
  SiteChange,
  Token,
} from './types.ts'

interface Call {
  readonly signal?: AbortSignal
}

/**
 * The platform over HTTP. What is used every day has a verb here; every other route is under `rest`, typed as well.
 *
 * @example
 * const ohmstead = new Ohmstead({ url: 'http://127.0.0.1:8080', token })
 * await ohmstead.send('home', 'washer', { measurement: 'electricalMeter', fields: { power: 412.5 } })
 */
export class Ohmstead {
  readonly rest: RestClient

  constructor(options: ClientOptions = {}) {
    this.rest = restClient(options)
  }

  /** The person whose session this is. @throws Unauthenticated */
  async whoami({ signal }: Call = {}): Promise<Profile | null> {
    return (await body(this.rest.GET('/api/auth/session', given(signal)))).person
  }

  /** Signs in; the session is a cookie. @throws Unauthenticated · Unavailable after too many attempts */
  login(who: { email: string; password: string }): Promise<Login> {
    return body(this.rest.POST('/api/auth/login', { body: who }))
  }

  /** The second half of a sign-in: the code of the authenticator app. @throws Unauthenticated */
  async verifyCode(code: string): Promise<void> {
    await this.rest.POST('/api/auth/two-factor/verify-totp', { body: { code } })
  }

  async logout(): Promise<void> {
    await this.rest.POST('/api/auth/logout')
  }

  /** Ends every session of this person, this one too. */
  async logoutEverywhere(): Promise<void> {
    await this.rest.POST('/api/auth/logout-everywhere')
  }

  /** Ends the other sessions. @throws Unauthenticated when `current` is wrong · Refused when `next` is too weak */
  async changePassword(passwords: { current: string; next: string }): Promise<void> {
    await this.rest.POST('/api/auth/password', { body: passwords })
  }

  /** Begins to set up a second factor; it counts once `verifyCode` has seen a first code. */
  enableSecondFactor(password: string): Promise<SecondFactor> {
    return body(this.rest.POST('/api/auth/two-factor/enable', { body: { password } }))
  }

  async disableSecondFactor(password: string): Promise<void> {
    await this.rest.POST('/api/auth/two-factor/disable', { body: { password } })
  }

  /** What an invitation's link opens to. @throws ApiError 410 when it was used or is too old */
  invitation(token: string): Promise<OpenInvitation> {
    return body(this.rest.POST('/api/auth/invitation', { body: { token } }))
  }

  /** Becomes a member: as who is signed in, or as somebody new. */
  acceptInvitation(
    token: string,
    person?: { name: string; password: string },
  ): Promise<Login & { site: string }> {
    const sent = { token, ...(person === undefined ? {} : { person }) }
    return body(this.rest.POST('/api/auth/invitation/accept', { body: sent }))
  }

  /** Mails a link for a new password, if the address has an account. */
  async forgotPassword(email: string): Promise<void> {
    await this.rest.POST('/api/auth/forgot', { body: { email } })
  }

  /** Sets a new password with the link that was mailed. */
  async resetPassword(token: string, password: string): Promise<void> {
    await this.rest.POST('/api/auth/reset', { body: { token, password } })
  }

  /** Confirms an address with the link that was mailed. */
  async confirmMail(token: string): Promise<void> {
    await this.rest.POST('/api/auth/confirm', { body: { token } })
  }

  /** Whether the platform still waits for its first account. */
  async setupNeeded({ signal }: Call = {}): Promise<boolean> {
    return (await body(this.rest.GET('/api/setup', given(signal)))).needed
  }

  /** Makes the first account, an administrator, with the one-time link of the first start; signs it in. */
  setUp(token: string, person: NewPerson): Promise<Login> {
    return body(this.rest.POST('/api/setup', { body: { token, ...person } }))
  }

  /** Whether the platform can do its work; being unwell is an answer, not an error. */
  async health({ signal }: Call = {}): Promise<Health> {
    try {
      return await body(this.rest.GET('/readyz', given(signal)))
    } catch (error) {
      if (error instanceof Unavailable && 'troubles' in error.problem)
        return error.problem as unknown as Health
      throw error
    }
  }

  /** How devices reach the platform: addresses of HTTP, MQTT, MQTT over TLS and over WebSocket. */
  connection({ signal }: Call = {}): Promise<Connection> {
    return body(this.rest.GET('/api/connection', given(signal)))
  }

  /** Every site that the caller may see. */
  sites({ signal }: Call = {}): AsyncGenerator<Site, void, void> {
    return items(cursor => body(this.rest.GET('/api/sites', { params: { query: cursor }, ...given(signal) })))
  }

  site(site: string, { signal }: Call = {}): Promise<Site> {
    return body(this.rest.GET('/api/sites/{site}', { params: { path: { site } }, ...given(signal) }))
  }

  createSite(site: NewSite): Promise<Site> {
    return body(this.rest.POST('/api/sites', { body: site }))
  }

  updateSite(site: string, change: SiteChange): Promise<Site> {
    return body(this.rest.PATCH('/api/sites/{site}', { params: { path: { site } }, body: change }))
  }

  /** With everything in it, readings too. */
  async removeSite(site: string): Promise<void> {
    await this.rest.DELETE('/api/sites/{site}', { params: { path: { site } } })
  }

  places(site: string, { signal }: Call = {}): AsyncGenerator<Place, void, void> {
    return items(query =>
      body(
        this.rest.GET('/api/sites/{site}/places', { params: { path: { site }, query }, ...given(signal) }),
      ),
    )
  }

  createPlace(site: string, place: NewPlace): Promise<Place> {
    return body(this.rest.POST('/api/sites/{site}/places', { params: { path: { site } }, body: place }))
  }

  updatePlace(site: string, place: string, change: PlaceChange): Promise<Place> {
    const path = '/api/sites/{site}/places/{place}'
    return body(this.rest.PATCH(path, { params: { path: { site, place } }, body: change }))
  }

  /** Its devices stay. @throws Conflict while there are places inside it */
  async removePlace(site: string, place: string): Promise<void> {
    await this.rest.DELETE('/api/sites/{site}/places/{place}', { params: { path: { site, place } } })
  }

  devices(site: string, { signal }: Call = {}): AsyncGenerator<Device, void, void> {
    return items(query =>
      body(
        this.rest.GET('/api/sites/{site}/devices', { params: { path: { site }, query }, ...given(signal) }),
      ),
    )
  }

  createDevice(site: string, device: NewDevice): Promise<Device> {
    return body(this.rest.POST('/api/sites/{site}/devices', { params: { path: { site } }, body: device }))
  }

  updateDevice(site: string, device: string, change: DeviceChange): Promise<Device> {
    return body(
      this.rest.PATCH('/api/sites/{site}/devices/{device}', {
        params: { path: { site, device } },
        body: change,
      }),
    )
  }

  /** With everything of it: passwords, tokens, readings, energy. */
  async removeDevice(site: string, device: string): Promise<void> {
    await this.rest.DELETE('/api/sites/{site}/devices/{device}', { params: { path: { site, device } } })
  }

  /** Passwords of a device, without the passwords. */
  async credentials(
    site: string,
    device: string,
    { signal }: Call = {},
  ): Promise<readonly IssuedCredential[]> {
    const path = '/api/sites/{site}/devices/{device}/credentials'
    return (await body(this.rest.GET(path, { params: { path: { site, device } }, ...given(signal) }))).items
  }

  /**
   * New user name and password for the device's MQTT and HTTP, shown this once; older ones stay until they are revoked.
   * @param name tells several apart
   */
  issueCredentials(site: string, device: string, name?: string): Promise<IssuedCredentials> {
    return body(
      this.rest.POST('/api/sites/{site}/devices/{device}/credentials', {
        params: { path: { site, device } },
        body: name === undefined ? {} : { name },
      }),
    )
  }

  /** Who signs in with it is disconnected at once. */
  async revokeCredentials(site: string, device: string, credential: string): Promise<void> {
    await this.rest.DELETE('/api/sites/{site}/devices/{device}/credentials/{credential}', {
      params: { path: { site, device, credential } },
    })
  }

  /**
   * Stores readings of one device; when it resolves the accepted ones are durable.
   * @throws ReadingsRefused when none was acceptable · Unavailable when the store cannot commit
   */
  send(site: string, device: string, readings: NewReading | readonly NewReading[]): Promise<Receipt> {
    const path = '/api/sites/{site}/devices/{device}/readings'
    return body(
      this.rest.POST(path, { params: { path: { site, device } }, body: [readings].flat() as NewReading[] }),
    )
  }

  /** Points of every series that matches. */
  async readings(site: string, query: ReadingsQuery, { signal }: Call = {}): Promise<readonly SeriesOut[]> {
    const path = '/api/sites/{site}/readings'
    return (await body(this.rest.GET(path, { params: { path: { site }, query }, ...given(signal) }))).series
  }

  /** The newest point of every series. */
  async latest(site: string, query: LatestQuery = {}, { signal }: Call = {}): Promise<readonly LatestOut[]> {
    const path = '/api/sites/{site}/readings/latest'
    return (await body(this.rest.GET(path, { params: { path: { site }, query }, ...given(signal) }))).series
  }

  energy(site: string, query: EnergyQuery, { signal }: Call = {}): Promise<Energy> {
    return body(
      this.rest.GET('/api/sites/{site}/energy', { params: { path: { site }, query }, ...given(signal) }),
    )
  }

  /** The newest refusals, newest first. */
  async quarantine(
    site: string,
    query: { device?: string; limit?: number } = {},
    { signal }: Call = {},
  ): Promise<readonly Quarantined[]> {
    const path = '/api/sites/{site}/quarantine'
    return (await body(this.rest.GET(path, { params: { path: { site }, query }, ...given(signal) }))).items
  }

  /** What people and programs changed, newest first. */
  async changes(
    site: string,
    query: { what?: string; limit?: number; cursor?: string } = {},
    { signal }: Call = {},
  ): Promise<Page<Change>> {
    const path = '/api/sites/{site}/audit'
    return body(this.rest.GET(path, { params: { path: { site }, query }, ...given(signal) }))
  }

  /** What people have to know, newest first. */
  async alerts(site: string, query: AlertsQuery = {}, { signal }: Call = {}): Promise<readonly Alert[]> {
    const path = '/api/sites/{site}/alerts'
    return (await body(this.rest.GET(path, { params: { path: { site }, query }, ...given(signal) }))).items
  }

  /** Says that the caller looks after it; the first who says so stands. */
  acknowledgeAlert(site: string, alert: string): Promise<Alert> {
    const path = '/api/sites/{site}/alerts/{alert}/acknowledge'
    return body(this.rest.POST(path, { params: { path: { site, alert } } }))
  }

  /** Ends it; what its rule raises afterwards is a new one. */
  clearAlert(site: string, alert: string): Promise<Alert> {
    const path = '/api/sites/{site}/alerts/{alert}/clear'
    return body(this.rest.POST(path, { params: { path: { site, alert } } }))
  }

  /** What rules said, newest first. */
  async ruleEvents(
    site: string,
    query: RuleEventsQuery = {},
    { signal }: Call = {},
  ): Promise<readonly RuleEvent[]> {
    const path = '/api/sites/{site}/events'
    return (await body(this.rest.GET(path, { params: { path: { site }, query }, ...given(signal) }))).items
  }

  /** Replays since the start of the server, newest first. */
  async replays(site: string, { signal }: Call = {}): Promise<readonly Replay[]> {
    const path = '/api/sites/{site}/replays'
    return (await body(this.rest.GET(path, { params: { path: { site } }, ...given(signal) }))).items
  }

  /** Plays a period of stored readings to rules. @throws Unavailable while as many run as may */
  startReplay(site: string, replay: NewReplay): Promise<Replay> {
    return body(this.rest.POST('/api/sites/{site}/replays', { params: { path: { site } }, body: replay }))
  }

  /** Pauses it, lets it go on, changes its speed, skips ahead. */
  changeReplay(site: string, replay: string, change: ReplayChange): Promise<Replay> {
    const path = '/api/sites/{site}/replays/{replay}'
    return body(this.rest.PATCH(path, { params: { path: { site, replay } }, body: change }))
  }

  /** What it said until then stays. */
  async stopReplay(site: string, replay: string): Promise<void> {
    const path = '/api/sites/{site}/replays/{replay}'
    await this.rest.DELETE(path, { params: { path: { site, replay } } })
  }

  /** Follows a replay to its end. */
  replayEvents(
    site: string,
    replay: string,
    options: FollowOptions = {},
  ): AsyncGenerator<ReplayEvent, void, void> {
    return replayEvents(this.rest, { site, replay }, options)
  }

  members(site: string, { signal }: Call = {}): AsyncGenerator<Member, void, void> {
    return items(query =>
      body(
        this.rest.GET('/api/sites/{site}/members', { params: { path: { site }, query }, ...given(signal) }),
      ),
    )
  }

  /** Changes a member's role, or makes somebody a member who has an account. */
  setMember(site: string, person: string, role: Member['role']): Promise<Member> {
    const path = '/api/sites/{site}/members/{person}'
    return body(this.rest.PUT(path, { params: { path: { site, person } }, body: { role } }))
  }

  async removeMember(site: string, person: string): Promise<void> {
    await this.rest.DELETE('/api/sites/{site}/members/{person}', { params: { path: { site, person } } })
  }

  invitations(site: string, { signal }: Call = {}): AsyncGenerator<Invitation, void, void> {
    const path = '/api/sites/{site}/invitations'
    return items(query => body(this.rest.GET(path, { params: { path: { site }, query }, ...given(signal) })))
  }

  /** `link` is for handing over, this once; null when it was mailed. */
  invite(site: string, whom: { email: string; role: Member['role'] }): Promise<Invited> {
    const path = '/api/sites/{site}/invitations'
    return body(this.rest.POST(path, { params: { path: { site } }, body: whom }))
  }

  async revokeInvitation(site: string, invitation: string): Promise<void> {
    const path = '/api/sites/{site}/invitations/{invitation}'
    await this.rest.DELETE(path, { params: { path: { site, invitation } } })
  }

  /** The caller's tokens; with `site` all of a site for its owners. */
  tokens(which: { site?: string } = {}, { signal }: Call = {}): AsyncGenerator<Token, void, void> {
    return items(cursor =>
      body(this.rest.GET('/api/tokens', { params: { query: { ...which, ...cursor } }, ...given(signal) })),
    )
  }

  /** `token` is shown this once. */
  createToken(token: NewToken): Promise<IssuedToken> {
    return body(this.rest.POST('/api/tokens', { body: token }))
  }

  async revokeToken(token: string): Promise<void> {
    await this.rest.DELETE('/api/tokens/{token}', { params: { path: { token } } })
  }

  /** Everybody who has an account; for administrators. */
  people({ signal }: Call = {}): AsyncGenerator<Person, void, void> {
    return items(query => body(this.rest.GET('/api/people', { params: { query }, ...given(signal) })))
  }

  updatePerson(person: string, change: PersonChange): Promise<Person> {
    return body(this.rest.PATCH('/api/people/{person}', { params: { path: { person } }, body: change }))
  }

  async removePerson(person: string): Promise<void> {
    await this.rest.DELETE('/api/people/{person}', { params: { path: { person } } })
  }

  /** Whether the simulated sites are loaded; `done` is a share of the way, 0–1. */
  demo({ signal }: Call = {}): Promise<Demo> {
    return body(this.rest.GET('/api/demo', given(signal)))
  }

  /** Begins to load them; `demo` tells how far it is. @throws Conflict when they are there already */
  startDemo(): Promise<Demo> {
    return body(this.rest.POST('/api/demo'))
  }

  /** Takes them away with everything of them. */
  async removeDemo(): Promise<void> {
    await this.rest.DELETE('/api/demo')
  }

  /** What happens at a site, from now on or from `lastEventId`; resumes by itself after a broken connection. */
  events(site: string, options: FollowOptions = {}): AsyncGenerator<SiteEvent, void, void> {
    return siteEvents(this.rest, site, options)
  }
}

function given(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal }
}

/** Walks a list page by page. */
/** As much as the server gives at once: each page is a way to and fro. */
const longestPage = 500

async function* items<Item>(
  page: (query: { limit: number; cursor?: string }) => Promise<Page<Item>>,
): AsyncGenerator<Item, void, void> {
  let cursor: string | null = null
  do {
    const { items, next }: Page<Item> = await page({
      limit: longestPage,
      ...(cursor === null ? {} : { cursor }),
    })
    yield* items
    cursor = next
  } while (cursor !== null)
}
