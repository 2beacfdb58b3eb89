import { randomBytes, randomInt } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Instant, InvalidInput } from '@ohmstead/model'
import type { Checkpoint } from './simulation.ts'

/** What the demo remembers from run to run, in `demo.json` in the data folder, readable by its owner only. */
export interface DemoState {
  readonly version: 1
  readonly seed: string
  /** Where the simulated time begins. */
  readonly start: Instant
  /** When the year was loaded first: the incidents lie before it. */
  readonly loadedAt: Instant
  /** The account that the demo made, or null where there was one already. */
  readonly account: { readonly email: string; readonly password: string } | null
  /** The data folder is the demo's own: nothing but the demo was ever in it. */
  readonly ownFolder: boolean
  /** Started from the page: `ohmstead serve` goes on with it. */
  readonly served?: true
  /** By site, the last midnight that was simulated: saves the way from the start. */
  readonly checkpoints: Readonly<Record<string, Checkpoint>>
}

const dayMs = 86_400_000
const name = 'demo.json'

/** @throws InvalidInput when the file is there and not ours to read */
export function loadState(dataDir: string): DemoState | undefined {
  const file = join(dataDir, name)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
  try {
    const state = JSON.parse(text) as DemoState
    if (state.version === 1) return state
  } catch (cause) {
    throw new InvalidInput('data-dir', `'${file}' is damaged; remove it to begin anew`, { cause })
  }
  throw new InvalidInput('data-dir', `'${file}' was written by a newer version`)
}

export function newState(
  now: Instant,
  about: { email: string | null; ownFolder: boolean; days: number; served?: true },
): DemoState {
  return {
    version: 1,
    seed: randomBytes(6).toString('hex'),
    start: now - about.days * dayMs,
    loadedAt: now,
    account: about.email === null ? null : { email: about.email, password: newPassword() },
    ownFolder: about.ownFolder,
    ...(about.served === undefined ? {} : { served: about.served }),
    checkpoints: {},
  }
}

export async function saveState(dataDir: string, state: DemoState): Promise<void> {
  const file = join(dataDir, name)
  await writeFile(`${file}.new`, JSON.stringify(state), { mode: 0o600 })
  await rename(`${file}.new`, file)
}

/** Before anything else is opened: a folder that cannot be written must not get an account nobody knows. */
export function saveStateSync(dataDir: string, state: DemoState): void {
  writeFileSync(join(dataDir, name), JSON.stringify(state), { mode: 0o600 })
}

export const removeState = (dataDir: string) => rmSync(join(dataDir, name), { force: true })

const letters = 'abcdefghjkmnpqrstuvwxyz23456789'

/** About 98 bits, easy to type: `k3vq-…` */
function newPassword(): string {
  const group = () => Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join('')
  return Array.from({ length: 4 }, group).join('-')
}
