import type { Committer } from './committer.ts'
import type { Ingest, Origin, QuarantineEntry, Receipt } from './ingest.ts'
import type { Intake, Target } from './intake.ts'
import type { LineIntake } from './lineIntake.ts'
import { takePowiot } from './powiotIntake.ts'
import type { Quarantine } from './quarantine.ts'

/** The doors of ingest, as the API and the tests use them. */
export class PlatformIngest implements Ingest {
  readonly #intake: Intake
  readonly #lines: LineIntake
  readonly #committer: Committer
  readonly #quarantine: Quarantine

  constructor(parts: { intake: Intake; lines: LineIntake; committer: Committer; quarantine: Quarantine }) {
    this.#intake = parts.intake
    this.#lines = parts.lines
    this.#committer = parts.committer
    this.#quarantine = parts.quarantine
  }

  submit(origin: Origin, items: readonly unknown[], target?: Target): Promise<Receipt> {
    return this.#intake.submit(origin, items, target)
  }

  lines(origin: Origin, body: Uint8Array, options: { site: string; precision: string }): Promise<Receipt> {
    return this.#lines.submit(origin, body, options)
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
