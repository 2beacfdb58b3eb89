/** Does a piece of work when it is woken, once more when it is woken meanwhile, and never twice at once. */
export class Repeater {
  readonly #work: () => Promise<void>
  readonly #failed: (error: unknown) => void
  #running: Promise<void> | undefined
  #again = false

  /** @param failed told of what `work` throws; then it rests until it is woken */
  constructor(work: () => Promise<void>, failed: (error: unknown) => void) {
    this.#work = work
    this.#failed = failed
  }

  wake(): void {
    this.#again = true
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
      // It may have been woken when it had just looked for the last time.
      if (this.#again) this.wake()
    })
  }

  /** Resolves when nothing is being done. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running
  }

  async #run(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false
        await this.#work()
      }
    } catch (error) {
      this.#failed(error)
    }
  }
}
