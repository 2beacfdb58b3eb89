import { closeSync, openSync, readFileSync, realpathSync, rmSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { StoreNotOpened } from '../errors.ts'

/** Stores that this process holds. The database's own lock does not see a second open in the same process. */
const held = new Set<string>()

interface Holder {
  readonly pid: number
  /** When the process began, as the system counts it; tells a reused pid from the holder. */
  readonly began: string | null
}

/**
 * Takes the store at `file` for this process. A dead holder's lock is taken over, a live one's never.
 * @returns gives it back; harmless when called twice
 * @throws StoreNotOpened naming the holder
 */
export function takeLock(file: string): () => void {
  const path = `${join(realpathSync(dirname(file)), basename(file))}.lock`
  if (held.has(path))
    throw new StoreNotOpened(`'${file}' is already open in this process (pid ${process.pid})`)
  writeLock(file, path)
  held.add(path)
  return () => {
    if (held.delete(path)) rmSync(path, { force: true })
  }
}

function writeLock(file: string, path: string): void {
  for (let attempt = 0; attempt < 3; attempt++) {
    if (createLock(file, path)) return
    const holder = readHolder(path)
    if (holder !== undefined && isAlive(holder)) {
      throw new StoreNotOpened(`'${file}' is in use by process ${holder.pid}`)
    }
    rmSync(path, { force: true })
  }
  throw new StoreNotOpened(`'${path}' could not be taken: another process is starting on it`)
}

function createLock(file: string, path: string): boolean {
  try {
    const handle = openSync(path, 'wx', 0o600)
    sign(handle)
    closeSync(handle)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw new StoreNotOpened(`'${file}' cannot be written: ${(error as Error).message}`, { cause: error })
  }
}

/** A full disk must not keep us from reading: the database's own lock still stands. */
function sign(handle: number): void {
  try {
    writeSync(handle, JSON.stringify({ pid: process.pid, began: beganAt(process.pid) } satisfies Holder))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    const { pid, began } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Holder>
    return typeof pid === 'number' ? { pid, began: began ?? null } : undefined
  } catch {
    return undefined
  }
}

/** Our own pid in a lock that we do not hold is that of a process before us, as in a container that restarted. */
function isAlive({ pid, began }: Holder): boolean {
  if (pid === process.pid || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  return began === null || beganAt(pid) === null || beganAt(pid) === began
}

/** Field 22 of /proc/<pid>/stat [proc(5)]; null where there is no such file. */
function beganAt(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}
