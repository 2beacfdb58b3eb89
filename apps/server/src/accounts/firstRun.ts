import { randomBytes, timingSafeEqual } from 'node:crypto'
import { InvalidInput } from '@ohmstead/model'
import { type Registry, system } from '@ohmstead/registry'
import { LinkExpired } from './errors.ts'
import { checkOperatorPassword } from './passwordRule.ts'
import type { People } from './people.ts'

export interface FirstAccount {
  readonly email?: string | undefined
  readonly password?: string | undefined
}

/**
 * The set-up link's secret, which lives in memory only: a restart prints another one. There while the platform has no
 * account, used once.
 */
export class FirstRun {
  #secret: string | null = null

  /**
   * Makes the operator's account or opens the set-up link, if there is no account yet. What the operator gives is not
   * looked at otherwise.
   * @throws InvalidInput `admin.email` or `admin.password`
   */
  async begin(registry: Registry, people: People, { email, password }: FirstAccount): Promise<void> {
    if ((await people.withPassword()) > 0) return
    if (email === undefined && password === undefined) {
      this.#secret = randomBytes(24).toString('base64url')
      return
    }
    if (email === undefined) throw new InvalidInput('admin.email', 'admin.password is set without it')
    if (password === undefined) throw new InvalidInput('admin.password', 'admin.email is set without it')
    checkOperatorPassword(password)
    const person = await people.create(system('first-run'), { email, name: 'Administrator', password }, true)
    await registry.audit.append({
      who: system('first-run'),
      action: 'platform.set-up',
      what: `people/${person.id}`,
    })
  }

  get secret(): string | null {
    return this.#secret
  }

  /** Uses the link up while `work` makes the account; if that fails, the link is there again. @throws LinkExpired */
  async use<T>(token: string, work: () => Promise<T>): Promise<T> {
    const secret = this.#secret
    if (secret === null || !same(secret, token)) throw new LinkExpired()
    this.#secret = null
    try {
      return await work()
    } catch (error) {
      this.#secret = secret
      throw error
    }
  }
}

function same(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)]
  return left.length === right.length && timingSafeEqual(left, right)
}
