import { TooManyAttempts } from '@ohmstead/registry'
import { hashPassword, verifyPassword } from 'better-auth/crypto'

/** How passwords are kept. */
export interface PasswordHashes {
  hash(password: string): Promise<string>
  verify(pair: { hash: string; password: string }): Promise<boolean>
}

const scrypt: PasswordHashes = { hash: hashPassword, verify: verifyPassword }

/** scrypt. A hash costs 32 MB and a tenth of a second of a core by design, so few run at a time and few wait. */
export class HashQueue implements PasswordHashes {
  readonly #hashes: PasswordHashes
  readonly #atOnce = 2
  readonly #waitingAtMost = 50
  #running = 0
  readonly #waiting: (() => void)[] = []

  constructor(hashes = scrypt) {
    this.#hashes = hashes
  }

  hash = (password: string): Promise<string> => this.#run(() => this.#hashes.hash(password))
  verify = (pair: { hash: string; password: string }): Promise<boolean> =>
    this.#run(() => this.#hashes.verify(pair))

  /** @throws TooManyAttempts when too many wait already */
  async #run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#atOnce) this.#running++
    else await this.#turn()
    try {
      return await work()
    } finally {
      this.#handOn()
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= this.#waitingAtMost) throw new TooManyAttempts(1000)
    return new Promise(resolve => this.#waiting.push(resolve))
  }

  /** Whoever waits longest takes the place over, so that nobody slips in between. */
  #handOn(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#running--
  }
}
