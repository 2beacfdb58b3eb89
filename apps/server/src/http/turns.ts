import { OhmsteadError } from '@ohmstead/model'
import { actorOf, type Principal } from '@ohmstead/registry'

/** One caller has more questions waiting than anybody may. */
export class TooManyRequests extends OhmsteadError {
  override readonly name = 'TooManyRequests'
  readonly code = 'OHM_TOO_MANY_REQUESTS'
  override readonly retryable = true
}

/** One name for a person and all of their tokens. */
export function callerOf(principal: Principal): string {
  const { kind, id } = actorOf(principal.kind === 'token' && principal.owner ? principal.owner : principal)
  return `${kind} ${id}`
}

interface Queue {
  running: number
  readonly waiting: (() => void)[]
}

/** Lets each caller do a few things at a time and makes the rest of theirs wait, so that nobody's many keep others from theirs. */
export class Turns {
  readonly #atATime: number
  readonly #mostWaiting: number
  readonly #queues = new Map<string, Queue>()

  constructor(atATime: number, mostWaiting: number) {
    this.#atATime = atATime
    this.#mostWaiting = mostWaiting
  }

  /**
   * Resolves when it is this caller's turn; the answer, called once or more, ends the turn.
   * @throws TooManyRequests · the signal's reason when it ends while waiting
   */
  async take(caller: string, signal: AbortSignal): Promise<() => void> {
    const queue = this.#queueOf(caller)
    if (queue.running < this.#atATime) queue.running++
    else await this.#wait(queue, signal)
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      this.#next(caller, queue)
    }
  }

  #queueOf(caller: string): Queue {
    let queue = this.#queues.get(caller)
    if (!queue) this.#queues.set(caller, (queue = { running: 0, waiting: [] }))
    return queue
  }

  #wait({ waiting }: Queue, signal: AbortSignal): Promise<void> {
    if (waiting.length >= this.#mostWaiting)
      throw new TooManyRequests(`more than ${this.#mostWaiting} of your queries are waiting`)
    return new Promise((resolve, reject) => {
      const go = () => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      const leave = () => {
        waiting.splice(waiting.indexOf(go), 1)
        reject(signal.reason)
      }
      waiting.push(go)
      signal.addEventListener('abort', leave, { once: true })
    })
  }

  /** The turn goes to whoever waits longest. */
  #next(caller: string, queue: Queue): void {
    const go = queue.waiting.shift()
    if (go) go()
    else if (--queue.running === 0) this.#queues.delete(caller)
  }
}
