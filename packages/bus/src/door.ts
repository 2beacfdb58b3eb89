import type { Limits } from './limits.ts'
import { addressKey } from './transport.ts'

/** One socket that was let through the door. */
export interface Pass {
  readonly address: string
  /** Its client is known now. */
  letIn(): void
  /** The socket is closed; may be told twice. */
  leave(): void
}

type DoorLimits = Pick<
  Limits,
  'maxConnections' | 'maxConnectionsPerAddress' | 'maxUnauthenticated' | 'maxUnauthenticatedPerAddress'
>

/** Counts sockets, in all and by address, so that neither one peer nor all strangers together can use them up. */
export class Door {
  readonly #limits: DoorLimits
  readonly #addresses = new Map<string, { total: number; waiting: number }>()
  total = 0
  waiting = 0

  constructor(limits: DoorLimits) {
    this.#limits = limits
  }

  enter(address: string): Pass | undefined {
    const key = addressKey(address)
    const here = this.#addresses.get(key) ?? { total: 0, waiting: 0 }
    if (this.#isFull(here)) return undefined
    this.#addresses.set(key, here)
    this.#count(here, 1, 1)
    let state: 'waiting' | 'in' | 'left' = 'waiting'
    return {
      address,
      letIn: () => {
        if (state !== 'waiting') return
        state = 'in'
        this.#count(here, 0, -1)
      },
      leave: () => {
        if (state === 'left') return
        this.#count(here, -1, state === 'waiting' ? -1 : 0)
        state = 'left'
        if (here.total === 0) this.#addresses.delete(key)
      },
    }
  }

  #isFull(here: { total: number; waiting: number }): boolean {
    const { maxConnections, maxConnectionsPerAddress, maxUnauthenticated, maxUnauthenticatedPerAddress } =
      this.#limits
    if (this.total >= maxConnections || this.waiting >= maxUnauthenticated) return true
    return here.total >= maxConnectionsPerAddress || here.waiting >= maxUnauthenticatedPerAddress
  }

  #count(here: { total: number; waiting: number }, total: number, waiting: number): void {
    here.total += total
    here.waiting += waiting
    this.total += total
    this.waiting += waiting
  }
}
