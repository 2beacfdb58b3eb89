/** Something that is found again by the bytes it was written as. */
export interface Keyed {
  readonly raw: Uint8Array
  readonly hash: number
}

// Another seed in every process: nobody outside can choose bytes that collide.
export const hashSeed = (Math.random() * 0x1_0000_0000) | 0

/** One step of FNV-1a. Callers keep the state in a local variable while they scan. */
export function hashStep(state: number, byte: number): number {
  return Math.imul(state ^ byte, 0x01000193)
}

/** A hash table whose keys are stretches of a body: looking up makes no string and no object. */
export class RawTable<Entry extends Keyed> {
  #size = 0
  #places: (Entry | undefined)[] = new Array<Entry | undefined>(8).fill(undefined)

  find(bytes: Uint8Array, from: number, to: number, hash: number): Entry | undefined {
    const places = this.#places
    const mask = places.length - 1
    for (let at = spread(hash) & mask; ; at = (at + 1) & mask) {
      const entry = places[at]
      if (entry === undefined) return undefined
      if (entry.hash === hash && entry.raw.length === to - from && startsWith(bytes, from, entry.raw))
        return entry
    }
  }

  /** `entry` must not be there yet. */
  insert(entry: Entry): void {
    if (++this.#size * 2 > this.#places.length) this.#grow()
    this.#place(entry)
  }

  #place(entry: Entry): void {
    const mask = this.#places.length - 1
    let at = spread(entry.hash) & mask
    while (this.#places[at] !== undefined) at = (at + 1) & mask
    this.#places[at] = entry
  }

  #grow(): void {
    const entries = this.#places
    this.#places = new Array<Entry | undefined>(entries.length * 4).fill(undefined)
    for (const entry of entries) if (entry !== undefined) this.#place(entry)
  }
}

/** The low bits choose the place, and FNV's are its weakest. */
function spread(hash: number): number {
  return hash ^ (hash >>> 15)
}

/** Whether `raw` stands in `bytes` at `from`. */
export function startsWith(bytes: Uint8Array, from: number, raw: Uint8Array): boolean {
  if (from + raw.length > bytes.length) return false
  for (let i = 0; i < raw.length; i++) if (bytes[from + i] !== raw[i]) return false
  return true
}
