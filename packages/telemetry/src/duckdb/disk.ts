import { stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Clock } from '@ohmstead/model'
import { StoreUnavailable } from '../errors.ts'

const checkEveryMs = 250

/** Refuses writes before the disk is quite full, so that checkpoints, logs and the registry still have room. */
export class Disk {
  readonly #file: string
  readonly #reserveBytes: number | undefined
  readonly #clock: Clock
  #checkedAt = Number.NEGATIVE_INFINITY
  #free = Number.POSITIVE_INFINITY
  #reserve = 0

  /** @param reserveBytes by default 128 MB or 5 % of the file system, whichever is less */
  constructor(file: string, reserveBytes: number | undefined, clock: Clock) {
    this.#file = file
    this.#reserveBytes = reserveBytes
    this.#clock = clock
  }

  /** @throws StoreUnavailable when less than the reserve is free, or nobody can say */
  async demandRoom(): Promise<void> {
    const now = this.#clock.now()
    if (now - this.#checkedAt >= checkEveryMs || now < this.#checkedAt || this.#free < this.#reserve)
      await this.#look(now)
    if (this.#free < this.#reserve) {
      throw new StoreUnavailable(
        `disk full: ${mb(this.#free)} MB free at '${dirname(this.#file)}', ${mb(this.#reserve)} MB kept`,
      )
    }
  }

  async #look(now: number): Promise<void> {
    const folder = dirname(this.#file)
    const { bavail, bsize, blocks } = await statfs(folder).catch(error => {
      throw new StoreUnavailable(`the room at '${folder}' cannot be asked for`, { cause: error })
    })
    this.#free = bavail * bsize
    this.#reserve = this.#reserveBytes ?? Math.min(128e6, blocks * bsize * 0.05)
    this.#checkedAt = now
  }

  /** Bytes of the data file and its log. */
  async used(): Promise<number> {
    const sizes = await Promise.all(
      [this.#file, `${this.#file}.wal`].map(file =>
        stat(file).then(
          s => s.size,
          () => 0,
        ),
      ),
    )
    return sizes[0] + sizes[1]
  }
}

const mb = (bytes: number) => (bytes / 1e6).toFixed(1)
