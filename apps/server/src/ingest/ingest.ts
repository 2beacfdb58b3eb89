import type { Principal } from '@ohmstead/registry'

/** One value or reading that was not stored, and why. `index` counts from 0; a line protocol's `line` from 1. */
export interface Rejection {
  readonly index: number
  readonly field: string
  readonly reason: string
}

/** What became of a submission. Once it is handed out, `accepted` readings are durable. */
export interface Receipt {
  readonly accepted: number
  readonly rejected: Rejection[]
}

/** Who sent it and over what, for rights, counting and quarantine. */
export interface Origin {
  readonly principal: Principal
  readonly via: 'mqtt' | 'http' | 'line' | 'powiot' | 'import' | 'replay' | 'rule'
}

/** Where readings enter. Every promise resolves after the commit that holds the good readings. */
export interface Ingest {
  /** Whether submissions are refused now because too much waits: to be asked before a body is read. */
  readonly full: boolean
  /**
   * Readings as the API takes them (parsed JSON, unchecked). `target` names site and device for a device's own
   * route; without it each item carries `site` and `device`.
   * @throws StoreUnavailable · Overloaded (→ 503) · Forbidden when the origin may write to none of it
   */
  submit(
    origin: Origin,
    items: readonly unknown[],
    target?: { site: string; device: string },
  ): Promise<Receipt>
  /** InfluxDB line protocol into `site`. `index` of a rejection is the line number, from 1. @throws as `submit` */
  lines(origin: Origin, body: Uint8Array, options: { site: string; precision: string }): Promise<Receipt>
  /** A message of the POWIOT dialect. */
  powiot(origin: Origin, topic: string, payload: Uint8Array): Promise<Receipt>
  /** The newest refusals of a site, newest first, bounded. */
  quarantine(site: string, options?: { device?: string; limit?: number }): QuarantineEntry[]
}

export interface QuarantineEntry {
  readonly id: number
  readonly time: number
  readonly site: string
  readonly device: string | null
  readonly via: Origin['via']
  readonly field: string
  readonly reason: string
  /** What was refused, cut to a bounded length, as text. */
  readonly sample: string
}
