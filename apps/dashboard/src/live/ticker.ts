import { serverTime } from '../api/serverTime.ts'
import { Signal } from '../api/signal.ts'

/**
 * One clock for all ages on the page. It stands still while the page is hidden and catches up when it is seen again.
 */
class Ticker {
  readonly now = new Signal(serverTime.now())
  #watchers = 0
  #timer: ReturnType<typeof setInterval> | undefined

  subscribe = (listener: () => void): (() => void) => {
    if (this.#watchers++ === 0) this.#start()
    const end = this.now.subscribe(listener)
    return () => {
      end()
      if (--this.#watchers === 0) this.#stop()
    }
  }

  #start(): void {
    this.#tick()
    this.#timer = setInterval(this.#tick, 1000)
    document.addEventListener('visibilitychange', this.#tick)
  }

  #stop(): void {
    clearInterval(this.#timer)
    document.removeEventListener('visibilitychange', this.#tick)
  }

  #tick = (): void => {
    if (!document.hidden) this.now.set(serverTime.now())
  }
}

export const ticker = new Ticker()
