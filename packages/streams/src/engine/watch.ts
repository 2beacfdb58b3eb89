import type { Runtime } from './runtime.ts'
import type { Clock, Timed, Timer } from './scheduler.ts'

/** Does something again when a variable has changed: at the next move of the clock, once for all changes before it. */
export class VariableWatch implements Timed {
  readonly clock: Clock
  readonly order: number
  readonly changed: () => void
  readonly end: () => void
  timer: Timer | null = null

  constructor(runtime: Runtime, variables: readonly string[], order: number, changed: () => void) {
    this.clock = runtime.scheduler
    this.order = order
    this.changed = changed
    this.end = runtime.watchVariables(variables, () => {
      this.timer ??= this.clock.at(this.clock.now, this.order, this)
    })
  }

  onTime(): void {
    this.timer = null
    this.changed()
  }

  stop(): void {
    this.end()
    this.timer?.cancel()
    this.timer = null
  }
}
