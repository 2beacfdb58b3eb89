import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const libraries = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1',
]

/** The wall clock of a process, moved while it runs; its monotonic clock stays true, as with a real clock that is set. */
export class FakeTime {
  readonly #file: string
  readonly #library: string

  private constructor(file: string, library: string) {
    this.#file = file
    this.#library = library
    this.move('+0')
  }

  /** @returns why there is none, as a text, where libfaketime (Debian: `faketime`) is not installed */
  static make(folder: string): FakeTime | string {
    const library = libraries.find(path => existsSync(path))
    return library === undefined
      ? 'libfaketime is not installed'
      : new FakeTime(join(folder, 'faketime'), library)
  }

  /** What a process needs in its environment to live by this clock. */
  get env(): Record<string, string> {
    return {
      LD_PRELOAD: this.#library,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    }
  }

  /** @param offset from the true time: `-2d`, `+400d`, `+0` */
  move(offset: string): void {
    writeFileSync(this.#file, `${offset}\n`)
  }
}
