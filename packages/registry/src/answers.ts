import type { Clock, Instant } from '@ohmstead/model'
import type { Principal } from './policy.ts'

interface Answer {
  readonly principal: Principal
  readonly at: Instant
}

export interface AnswersOptions {
  readonly clock: Clock
  /** How long an answer is used without asking again. */
  readonly freshMs: number
  /** How long it still holds while the database is away. */
  readonly graceMs: number
  readonly most: number
}

/** Right answers of the last minutes, by the hash of what was asked. Bounded: the one given longest ago goes first. */
export class Answers {
  readonly #options: AnswersOptions
  readonly #answers = new Map<string, Answer>()
  /** The same by what was answered. */
  readonly #byPrincipal = new WeakMap<Principal, Answer>()
  #generation = 0

  constructor(options: AnswersOptions) {
    this.#options = options
  }

  fresh(key: string): Principal | undefined {
    return this.#youngerThan(this.#answers.get(key), this.#options.freshMs)
  }

  /** Whether this very principal is a fresh answer. */
  stands(principal: Principal): boolean {
    return this.#youngerThan(this.#byPrincipal.get(principal), this.#options.freshMs) !== undefined
  }

  graced(key: string): Principal | undefined {
    return this.#youngerThan(this.#answers.get(key), this.#options.graceMs)
  }

  #youngerThan(answer: Answer | undefined, ageMs: number): Principal | undefined {
    // The distance, not the age: after a clock was set back an answer would else hold for as long as it was.
    const young = answer && Math.abs(this.#options.clock.now() - answer.at) < ageMs
    return young ? answer.principal : undefined
  }

  /** To be taken before the database is asked: an answer older than a revocation is not kept. */
  get generation(): number {
    return this.#generation
  }

  keep(key: string, principal: Principal, generation: number): void {
    if (generation !== this.#generation) return
    this.forget(key)
    const answer = { principal, at: this.#options.clock.now() }
    this.#answers.set(key, answer)
    this.#byPrincipal.set(principal, answer)
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= this.#options.most) return
      this.forget(oldest)
    }
  }

  forget(key: string): void {
    const answer = this.#answers.get(key)
    if (answer) this.#byPrincipal.delete(answer.principal)
    this.#answers.delete(key)
  }

  forgetWhere(concerned: (principal: Principal) => boolean): void {
    this.#generation++
    for (const [key, answer] of this.#answers) if (concerned(answer.principal)) this.forget(key)
  }
}
