import type { Instant } from '@ohmstead/model'
import { duration, grouped } from './progress.ts'

/** Less than this is the ordinary disorder of a radio. */
const tolerantMs = 60_000
const shownPlaces = 5

/** Notices where a recorder's clock was set back: the same hours then come twice, and only one reading an instant can stay. */
export class TimeOrder {
  #last = new Map<string, Instant>()
  #places: { line: number; ms: number }[] = []
  #count = 0

  add(device: string, line: number, time: Instant): void {
    const last = this.#last.get(device)
    if (last !== undefined && last - time > tolerantMs) {
      this.#count++
      if (this.#places.length < shownPlaces) this.#places.push({ line, ms: last - time })
    }
    this.#last.set(device, time)
  }

  report(): string[] {
    if (this.#count === 0) return []
    const places = this.#places.map(({ line, ms }) => `line ${line} by ${duration(ms / 1000)}`)
    const more = this.#count > shownPlaces ? ', …' : ''
    return [
      `  times go back in ${grouped(this.#count)} ${this.#count === 1 ? 'place' : 'places'} (${places.join(', ')}${more});`,
      '  of readings with the same time the later in the file stays',
    ]
  }
}
