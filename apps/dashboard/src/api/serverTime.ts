/** `Date` headers are whole seconds and travel for a while: less than this says nothing about the clock. */
const toleratedMs = 3000

/** The server's clock, as far as its answers tell: ages of readings must not depend on a phone's wrong clock. */
export class ServerTime {
  #offsetMs = 0

  /** @param header of an answer that arrived at `arrivedAt` by the local clock, epoch ms */
  observe(header: string | null, arrivedAt: number): void {
    const at = header === null ? Number.NaN : Date.parse(header)
    if (Number.isNaN(at)) return
    // The second that the header names was on average half over.
    const offsetMs = at + 500 - arrivedAt
    this.#offsetMs = Math.abs(offsetMs) < toleratedMs ? 0 : offsetMs
  }

  now(localNow = Date.now()): number {
    return localNow + this.#offsetMs
  }
}

export const serverTime = new ServerTime()
