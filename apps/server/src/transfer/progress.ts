import type { Clock } from '@ohmstead/model'

export interface ProgressOptions {
  readonly out: NodeJS.WritableStream
  readonly clock: Clock
  readonly label: string
  /** What `count` counts: `readings`. */
  readonly unit: string
}

const everyMs = 120
/** Work that is done sooner needs no progress. */
const quietMs = 700
const width = 24

/** A bar on a terminal; elsewhere a line for each tenth of the way. */
export class Progress {
  readonly #options: ProgressOptions
  readonly #start: number
  readonly #terminal: boolean
  #drawnAt = Number.NEGATIVE_INFINITY
  #tenth = 0
  #drawn = false

  constructor(options: ProgressOptions) {
    this.#options = options
    this.#start = options.clock.now()
    this.#terminal = (options.out as { isTTY?: boolean }).isTTY === true
  }

  /** @param done share of the way, 0–1 */
  update(done: number, count: number): void {
    const now = this.#options.clock.now()
    if (now - this.#start < quietMs) return
    if (this.#terminal) {
      if (now - this.#drawnAt < everyMs && done < 1) return
      this.#drawnAt = now
      this.#drawn = true
      this.#options.out.write(`\r\x1b[2K${this.#text(done, count, now)}`)
      return
    }
    const tenth = Math.floor(done * 10 + 1e-9)
    if (tenth <= this.#tenth) return
    this.#tenth = tenth
    this.#options.out.write(`${this.#text(done, count, now)}\n`)
  }

  /** Leaves the last state standing and goes to the next line. */
  end(): void {
    if (this.#drawn) this.#options.out.write('\n')
    this.#drawn = false
  }

  #text(done: number, count: number, now: number): string {
    const { label, unit } = this.#options
    const seconds = Math.max(0.001, (now - this.#start) / 1000)
    const filled = Math.round(Math.min(1, done) * width)
    const bar = this.#terminal ? `${'█'.repeat(filled)}${'░'.repeat(width - filled)} ` : ''
    const rate = `${grouped(count / seconds)} ${unit}/s`
    const left = done > 0.02 && done < 1 ? `, ${duration((seconds / done) * (1 - done))} left` : ''
    const percent = `${Math.floor(Math.min(1, done) * 100)} %`.padStart(5)
    return `${label} ${bar}${percent}  ${grouped(count)} ${unit}, ${rate}${left}`
  }
}

/** 12 345 678 */
export const grouped = (value: number) => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ' ')

/** 42 s, 3 min 5 s, 2 h 10 min */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}
