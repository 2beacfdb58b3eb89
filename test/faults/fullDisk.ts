import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A file system in memory that can be filled and emptied. Needs root. */
export class FullDisk implements Disposable {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  /** @throws where tmpfs cannot be mounted; the caller skips with that reason */
  static make(folder: string, megabytes: number): FullDisk {
    const path = join(folder, 'small')
    mkdirSync(path)
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path], { stdio: 'pipe' })
    return new FullDisk(path)
  }

  get #ballast(): string {
    return join(this.path, 'ballast')
  }

  /** Takes all space but `leave` bytes. */
  fill(leave = 0): void {
    const { bavail, bsize } = statfsSync(this.path)
    const size = Math.max(0, bavail * bsize - leave)
    writeFileSync(this.#ballast, Buffer.alloc(size))
  }

  /** Gives the space back. */
  free(): void {
    rmSync(this.#ballast, { force: true })
  }

  [Symbol.dispose](): void {
    execFileSync('umount', ['-l', this.path], { stdio: 'pipe' })
  }
}
