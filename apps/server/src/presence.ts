import type { Instant } from '@ohmstead/model'

/** When a device was last heard, and whether it holds a connection now (null: it does not use one). */
export interface Presence {
  readonly device: string
  readonly lastSeen: Instant | null
  readonly connected: boolean | null
}

interface State {
  lastSeen: Instant | null
  connections: number
  everConnected: boolean
}

/** Who was heard when. In memory: after a restart a device is unknown until it speaks again. */
export class PresenceBoard {
  #sites = new Map<string, Map<string, State>>()
  readonly #changed: (site: string, presence: Presence) => void

  /** @param changed called when a device connects, or its last connection ends */
  constructor(changed: (site: string, presence: Presence) => void) {
    this.#changed = changed
  }

  seen(site: string, device: string, now: Instant): void {
    this.#state(site, device).lastSeen = now
  }

  connected(site: string, device: string): void {
    const state = this.#state(site, device)
    state.connections++
    state.everConnected = true
    if (state.connections === 1) this.#changed(site, view(device, state))
  }

  disconnected(site: string, device: string): void {
    const state = this.#state(site, device)
    if (state.connections === 0) return
    state.connections--
    if (state.connections === 0) this.#changed(site, view(device, state))
  }

  list(site: string): Presence[] {
    return [...(this.#sites.get(site) ?? [])].map(([device, state]) => view(device, state))
  }

  forget(site: string, device?: string): void {
    if (device === undefined) this.#sites.delete(site)
    else this.#sites.get(site)?.delete(device)
  }

  #state(site: string, device: string): State {
    let devices = this.#sites.get(site)
    if (!devices) this.#sites.set(site, (devices = new Map()))
    let state = devices.get(device)
    if (!state) devices.set(device, (state = { lastSeen: null, connections: 0, everConnected: false }))
    return state
  }
}

function view(device: string, { lastSeen, connections, everConnected }: State): Presence {
  return { device, lastSeen, connected: everConnected ? connections > 0 : null }
}
