import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

/** EXT4_IOC_SHUTDOWN; 2 is NOLOGFLUSH: everything not yet synced is gone, as when the power fails. */
const cutScript = `
import fcntl, os, struct, sys
fcntl.ioctl(os.open(sys.argv[1], 0), 0x8004587D, struct.pack('I', 2))
`

/** An ext4 file system in a file, whose power can be cut. Needs root, a loop device and python3. */
export class LoopImage implements Disposable {
  readonly path: string
  readonly #image: string
  #mounted = false

  private constructor(image: string, path: string) {
    this.#image = image
    this.path = path
  }

  /** @throws where loop devices cannot be had; the caller skips with that reason */
  static make(folder: string, megabytes: number): LoopImage {
    const image = join(folder, 'disk.img')
    const path = join(folder, 'disk')
    mkdirSync(path)
    execFileSync('truncate', ['-s', `${megabytes}M`, image])
    execFileSync('mkfs.ext4', ['-q', '-F', image])
    const made = new LoopImage(image, path)
    made.mount()
    return made
  }

  mount(): void {
    execFileSync('mount', ['-o', 'loop', this.#image, this.path], { stdio: 'pipe' })
    this.#mounted = true
  }

  /** The power fails: nothing that was not synced survives. */
  cut(): void {
    execFileSync('python3', ['-c', cutScript, this.path], { stdio: 'pipe' })
  }

  unmount(): void {
    execFileSync('umount', [this.path], { stdio: 'pipe' })
    this.#mounted = false
  }

  [Symbol.dispose](): void {
    if (this.#mounted) this.unmount()
  }
}
