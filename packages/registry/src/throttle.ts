import { isIPv6 } from 'node:net'
import type { Clock, Instant } from '@ohmstead/model'
import { TooManyAttempts } from './errors.ts'

/**
 * The part of an address that one customer holds: the address itself for IPv4 (also when mapped into IPv6), the
 * /64 for IPv6, because whoever has one address of it has them all.
 */
export function addressKey(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped) return mapped[1]
  const bare = address.split('%')[0]
  return isIPv6(bare) ? `${prefix64(bare)}::/64` : bare
}

function prefix64(address: string): string {
  const [head, tail] = address.toLowerCase().split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0')
  const groups = tail === undefined ? before : [...before, ...zeros, ...after]
  return groups
    .slice(0, 4)
    .map(group => Number.parseInt(group, 16).toString(16))
    .join(':')
}

export interface ThrottleOptions {
  readonly clock: Clock
  /** Failures that are let pass at once. */
  readonly burst: number
  /** One failure is forgiven in this time. */
  readonly forgiveEveryMs: number
  /** Keys remembered at most; beyond it the one touched longest ago is forgotten. 20 000 when absent. */
  readonly maxKeys?: number
}

interface Failures {
  count: number
  at: Instant
}

/** Counts failures by key and holds back who has too many. Time heals; memory is bounded. */
export class Throttle {
  readonly #options: Required<ThrottleOptions>
  /** Touched longest ago first. */
  readonly #failures = new Map<string, Failures>()

  constructor(options: ThrottleOptions) {
    this.#options = { maxKeys: 20_000, ...options }
  }

  /** How long `key` has to wait before it may try again, ms; 0 = now. */
  waitMs(key: string): number {
    const over = this.#present(key) - (this.#options.burst - 1)
    return over <= 0 ? 0 : Math.ceil(over * this.#options.forgiveEveryMs)
  }

  /** @throws TooManyAttempts when any of the keys has to wait */
  check(...keys: string[]): void {
    const waitMs = Math.max(0, ...keys.map(key => this.waitMs(key)))
    if (waitMs > 0) throw new TooManyAttempts(waitMs)
  }

  /** Notes one failure. */
  fail(...keys: string[]): void {
    for (const key of keys) {
      const count = this.#present(key) + 1
      this.#failures.delete(key)
      this.#failures.set(key, { count, at: this.#options.clock.now() })
    }
    this.#forgetOldest()
  }

  /**
   * Notes the failure before the attempt is made, so that many attempts at one time cannot all pass; `forgive` or
   * `clear` when it was none.
   * @throws TooManyAttempts
   */
  take(...keys: string[]): void {
    this.check(...keys)
    this.fail(...keys)
  }

  /** Takes one failure back. */
  forgive(key: string): void {
    const count = this.#present(key) - 1
    if (count <= 0) this.#failures.delete(key)
    else this.#failures.set(key, { count, at: this.#options.clock.now() })
  }

  /** A right answer forgives everything. */
  clear(key: string): void {
    this.#failures.delete(key)
  }

  get size(): number {
    return this.#failures.size
  }

  /** Failures not yet forgiven, a fraction while the next one is being forgiven. */
  #present(key: string): number {
    const failures = this.#failures.get(key)
    if (!failures) return 0
    const sinceMs = Math.max(0, this.#options.clock.now() - failures.at)
    return Math.max(0, failures.count - sinceMs / this.#options.forgiveEveryMs)
  }

  #forgetOldest(): void {
    for (const key of this.#failures.keys()) {
      if (this.#failures.size <= this.#options.maxKeys) return
      this.#failures.delete(key)
    }
  }
}
