import { createHash } from 'node:crypto'
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises'

/** How far an import has come. */
export interface State {
  /** All lines up to here are stored. */
  readonly line: number
  readonly accepted: number
  readonly refused: number
}

/** What a state belongs to: a changed file, mapping or server begins anew. */
export type Fingerprint = string

export async function fingerprint(file: string, target: unknown): Promise<Fingerprint> {
  const { size, mtimeMs } = await stat(file)
  return createHash('sha256')
    .update(JSON.stringify([size, mtimeMs, target]))
    .digest('hex')
    .slice(0, 32)
}

/**
 * Remembers beside the data how far its import has come. Losing it costs time only: sending a reading again changes
 * nothing.
 */
export class Checkpoint {
  readonly #file: string
  readonly #of: Fingerprint
  /** Why nothing can be remembered, once that is known. */
  unwritable: string | undefined

  constructor(file: string, of: Fingerprint) {
    this.#file = file
    this.#of = of
  }

  async load(): Promise<State | undefined> {
    try {
      const { of, line, accepted, refused } = JSON.parse(await readFile(this.#file, 'utf8'))
      return of === this.#of && Number.isInteger(line) ? { line, accepted, refused } : undefined
    } catch {
      return undefined
    }
  }

  async save(state: State): Promise<void> {
    if (this.unwritable !== undefined) return
    try {
      await writeFile(`${this.#file}.new`, JSON.stringify({ of: this.#of, ...state }))
      await rename(`${this.#file}.new`, this.#file)
    } catch (error) {
      this.unwritable = (error as Error).message
    }
  }

  async remove(): Promise<void> {
    await rm(this.#file, { force: true }).catch(() => {})
  }
}
