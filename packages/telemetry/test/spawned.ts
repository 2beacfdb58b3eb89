import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** What a writer said before it ended. */
export interface Said {
  /** The last batch it began and the last that was acknowledged; −1 for none. */
  readonly attempted: number
  readonly acknowledged: number
  /** How often the store was unavailable. */
  readonly refused: number
  readonly code: number | null
  readonly errors: string
}

export interface WriterOptions {
  /** How many batches; without it the writer goes on until it is killed. */
  readonly batches?: number
  /** A command to run it under, such as strace. */
  readonly wrapper?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  /** Told every line as it comes. */
  readonly heard?: (line: string, writer: ChildProcess) => void
}

const script = fileURLToPath(new URL('./writer.ts', import.meta.url))

/** Runs the writer until it ends or is killed. */
export async function runWriter(dir: string, options: WriterOptions): Promise<Said> {
  const { batches, wrapper = [], env = {}, heard = () => {} } = options
  const count = batches === undefined ? [] : [String(batches)]
  const [command, ...args] = [...wrapper, process.execPath, script, dir, ...count]
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
  const said = { attempted: -1, acknowledged: -1, refused: 0, errors: '' }
  child.stderr.on('data', (data: Buffer) => {
    said.errors += data
  })
  // A line that was being written when the process died is not said: the reader may give it, so it must match.
  createInterface({ input: child.stdout }).on('line', line => {
    const [, letter, number] = /^([ACU]) (\d+)$/.exec(line) ?? []
    if (letter === 'A') said.attempted = Number(number)
    if (letter === 'C') said.acknowledged = Math.max(said.acknowledged, Number(number))
    if (letter === 'U') said.refused++
    heard(line, child)
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  return { ...said, code }
}
