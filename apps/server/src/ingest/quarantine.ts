import type { Instant } from '@ohmstead/model'
import type { Origin, QuarantineEntry } from './ingest.ts'

const keptPerSite = 1000
const sampleLength = 512
/** Sites that may hold entries; refusals for sites that do not exist share one list, '' . */
const keptSites = 10_000

export interface Refused {
  readonly site: string
  readonly device: string | null
  readonly via: Origin['via']
  readonly field: string
  readonly reason: string
  readonly sample: unknown
}

/** The newest refusals of each site, in memory and bounded: enough to see what a device does wrong. */
export class Quarantine {
  #sites = new Map<string, QuarantineEntry[]>()
  #nextId = 1

  add(refused: Refused, time: Instant): QuarantineEntry {
    const entry = { ...refused, id: this.#nextId++, time, sample: sampleText(refused.sample) }
    const entries = this.#of(refused.site)
    entries.push(entry)
    // Cut in larger steps: shifting a full list for each entry would cost more than the entry.
    if (entries.length >= keptPerSite * 2) entries.splice(0, entries.length - keptPerSite)
    return entry
  }

  /** Newest first. */
  list(site: string, { device, limit = 100 }: { device?: string; limit?: number } = {}): QuarantineEntry[] {
    const entries = (this.#sites.get(site) ?? []).slice(-keptPerSite).reverse()
    return (device === undefined ? entries : entries.filter(entry => entry.device === device)).slice(0, limit)
  }

  forget(site: string): void {
    this.#sites.delete(site)
  }

  #of(site: string): QuarantineEntry[] {
    const key = this.#sites.size < keptSites || this.#sites.has(site) ? site : ''
    const entries = this.#sites.get(key) ?? []
    this.#sites.set(key, entries)
    return entries
  }
}

/** Whatever was refused, as one bounded line of text without control characters. */
export function sampleText(sample: unknown): string {
  const text =
    typeof sample === 'string' ? sample : sample instanceof Uint8Array ? decode(sample) : stringify(sample)
  const line = text.slice(0, sampleLength * 2).replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
  return line.length > sampleLength ? `${line.slice(0, sampleLength - 1)}…` : line
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(0, sampleLength * 4))
}

function stringify(sample: unknown): string {
  try {
    return JSON.stringify(sample) ?? String(sample)
  } catch {
    return 'a value too deep to show'
  }
}
