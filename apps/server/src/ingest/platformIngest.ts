import type { Committer } from './committer.ts'
import { Overloaded } from './errors.ts'
import type { Ingest, Origin, QuarantineEntry, Receipt } from './ingest.ts'
import type { Intake, Target } from './intake.ts'
import type { LineIntake } from './lineIntake.ts'
import { takePowiot } from './powiotIntake.ts'
import type { Quarantine } from './quarantine.ts'

/**
 * Submissions that may wait for their commit at a time: what is taken on in about a second. Who comes then hears at once to come
 * again, instead of waiting longer and longer.
 */
const mostWaiting = 8192

/** The doors of ingest, as the API and the tests use them. */
export class PlatformIngest implements Ingest {
  readonly #intake: Intake
  readonly #lines: LineIntake
  readonly #committer: Committer
  readonly #quarantine: Quarantine
  #waiting = 0

  constructor(parts: { intake: Intake; lines: LineIntake; committer: Committer; quarantine: Quarantine }) {
    this.#intake = parts.intake
    this.#lines = parts.lines
    this.#committer = parts.committer
    this.#quarantine = parts.quarantine
  }

  submit(origin: Origin, items: readonly unknown[], target?: Target): Promise<Receipt> {
    return this.#inTurn(() => this.#intake.submit(origin, items, target))
  }

  lines(origin: Origin, body: Uint8Array, options: { site: string; precision: string }): Promise<Receipt> {
    return this.#inTurn(() => this.#lines.submit(origin, body, options))
  }

  get full(): boolean {
    return this.#waiting >= mostWaiting || this.#committer.full
  }

  /** @throws Overloaded: nothing of it was taken */
  async #inTurn(submit: () => Promise<Receipt>): Promise<Receipt> {
    if (this.full) throw new Overloaded()
    this.#waiting++
    try {
      return await submit()
    } finally {
      this.#waiting--
    }
  }

  async powiot(origin: Origin, topic: string, payload: Uint8Array): Promise<Receipt> {
    const tally = await takePowiot(this.#intake, origin, { topic, payload })
    if (tally.accepted > 0) await this.#committer.commit()
    return tally
  }

  quarantine(site: string, options?: { device?: string; limit?: number }): QuarantineEntry[] {
    return this.#quarantine.list(site, options)
  }
}
