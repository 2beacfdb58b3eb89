import type { Clock } from '@ohmstead/model'
import { addressKey, Throttle } from '@ohmstead/registry'

const mostFamiliar = 20_000

/**
 * Holds back who guesses passwords, without letting an attacker lock a person out: limits are per person *and*
 * address, and the limit per person alone, against guessing from many addresses, does not bind an address from which
 * that person has signed in before.
 */
export class LoginThrottle {
  readonly #perPair: Throttle
  readonly #perAddress: Throttle
  readonly #perAccount: Throttle
  /** Pairs that have signed in, oldest first. */
  readonly #familiar = new Set<string>()

  constructor(clock: Clock) {
    this.#perPair = new Throttle({ clock, burst: 5, forgiveEveryMs: 30_000 })
    this.#perAddress = new Throttle({ clock, burst: 30, forgiveEveryMs: 10_000 })
    this.#perAccount = new Throttle({ clock, burst: 100, forgiveEveryMs: 30_000 })
  }

  /**
   * Counts an attempt as failed before it is made, so that many at one time cannot all pass.
   * @throws TooManyAttempts
   */
  begin(account: string, address: string): void {
    const { pair, from } = keysOf(account, address)
    this.#perPair.check(pair)
    if (!this.#familiar.has(pair)) {
      this.#perAddress.check(from)
      this.#perAccount.check(account)
    }
    this.#perPair.fail(pair)
    this.#perAddress.fail(from)
    this.#perAccount.fail(account)
  }

  /** It was no failure of the person: the server could not answer. */
  void(account: string, address: string): void {
    const { pair, from } = keysOf(account, address)
    this.#perPair.forgive(pair)
    this.#perAddress.forgive(from)
    this.#perAccount.forgive(account)
  }

  succeed(account: string, address: string): void {
    this.void(account, address)
    const { pair } = keysOf(account, address)
    this.#perPair.clear(pair)
    this.#familiar.delete(pair)
    this.#familiar.add(pair)
    for (const oldest of this.#familiar) {
      if (this.#familiar.size <= mostFamiliar) return
      this.#familiar.delete(oldest)
    }
  }
}

function keysOf(account: string, address: string): { pair: string; from: string } {
  const from = addressKey(address)
  return { from, pair: `${from} ${account.slice(0, 300)}` }
}
