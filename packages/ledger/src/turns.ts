import { LedgerClosed } from './errors.ts'

/** Work on the slots, one at a time, in the order of asking. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()
  #closed = false

  /** @throws LedgerClosed when the ledger was closed before its turn came */
  run<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => {
      if (this.#closed) throw new LedgerClosed()
      return work()
    })
    this.#last = turn.catch(() => {})
    return turn
  }

  get isClosed(): boolean {
    return this.#closed
  }

  /** Waits for the work in hand; nothing begins any more. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#last
  }
}
