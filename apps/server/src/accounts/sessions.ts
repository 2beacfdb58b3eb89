import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Clock, Instant } from '@ohmstead/model'
import { type PersonPrincipal, type Registry, RegistryUnavailable } from '@ohmstead/registry'
import type { Auth } from './auth.ts'
import { calling } from './failures.ts'
import { fetchHeaders } from './headers.ts'

/** A session is looked up once in this time; after that it is asked for again. */
const freshMs = 5_000
/** While the database is away, who was signed in stays so. */
const graceMs = 15 * 60_000
const most = 20_000

interface Known {
  readonly person: string
  readonly at: Instant
}

/** Whose session a cookie is, remembered for seconds. Keys are hashes: the memory holds no cookies. */
export class Sessions {
  readonly #auth: Auth
  readonly #registry: Registry
  readonly #clock: Clock
  readonly #known = new Map<string, Known>()
  #generation = 0

  constructor(auth: Auth, registry: Registry, clock: Clock) {
    this.#auth = auth
    this.#registry = registry
    this.#clock = clock
  }

  async principal(headers: IncomingHttpHeaders): Promise<PersonPrincipal | null> {
    const person = await this.#person(headers)
    const principal = person === null ? null : await this.#registry.authenticate.person(person)
    return principal?.kind === 'person' ? principal : null
  }

  /** Forgets everything, after sessions were ended. */
  forget(): void {
    this.#generation++
    this.#known.clear()
  }

  async #person(headers: IncomingHttpHeaders): Promise<string | null> {
    if (!headers.cookie?.includes('ohmstead.session_token=')) return null
    const key = createHash('sha256').update(headers.cookie).digest('base64')
    return this.#within(key, freshMs) ?? this.#lookUp(key, headers)
  }

  async #lookUp(key: string, headers: IncomingHttpHeaders): Promise<string | null> {
    const generation = this.#generation
    try {
      const found = await calling(this.#registry, () =>
        this.#auth.api.getSession({ headers: fetchHeaders(headers) }),
      )
      if (found && generation === this.#generation) this.#keep(key, found.user.id)
      return found?.user.id ?? null
    } catch (error) {
      const graced = error instanceof RegistryUnavailable && this.#within(key, graceMs)
      if (graced) return graced
      throw error
    }
  }

  #within(key: string, ageMs: number): string | undefined {
    const known = this.#known.get(key)
    // The distance: a clock that was set back must not make an answer hold for as long as it was.
    return known && Math.abs(this.#clock.now() - known.at) < ageMs ? known.person : undefined
  }

  #keep(key: string, person: string): void {
    this.#known.delete(key)
    this.#known.set(key, { person, at: this.#clock.now() })
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= most) return
      this.#known.delete(oldest)
    }
  }
}
