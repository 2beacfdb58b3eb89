import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { OhmsteadError } from '@ohmstead/model'

/** The layout of the data folder; grows when an older program could not read what a newer one wrote. */
export const dataFormat = 1

/** The data folder cannot be used: not writable, held by another process, or written by a newer version. */
export class DataFolderRefused extends OhmsteadError {
  override readonly name = 'DataFolderRefused'
  readonly code = 'OHM_DATA_FOLDER_REFUSED'
}

/** A folder that this process alone owns until it is disposed. */
export interface DataFolder extends Disposable {
  /** Absolute. */
  readonly path: string
  /** Absolute path of a file in the folder. */
  file(name: string): string
}

/**
 * Makes the folder where missing and takes it. A holder that no longer lives is replaced.
 * @throws DataFolderRefused saying why and what to do; nothing is changed then
 */
export function openDataFolder(path: string): DataFolder {
  const folder = resolve(path)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o750 })
  } catch (cause) {
    throw refused(folder, cause)
  }
  checkFormat(folder)
  const lock = join(folder, 'ohmstead.lock')
  takeLock(folder, lock)
  writeFormat(folder)
  let held = true
  return {
    path: folder,
    file: name => join(folder, name),
    [Symbol.dispose]() {
      if (held) rmSync(lock, { force: true })
      held = false
    },
  }
}

function checkFormat(folder: string): void {
  const text = readText(join(folder, 'format'))
  if (text === undefined) return
  const format = Number.parseInt(text, 10)
  if (format > dataFormat)
    throw new DataFolderRefused(
      `'${folder}' was written by a newer version (format ${format}, this one reads up to ${dataFormat}); install that version`,
    )
}

function writeFormat(folder: string): void {
  const path = join(folder, 'format')
  if (readText(path) === undefined) writeFileSync(path, `${dataFormat}\n`, { mode: 0o640 })
}

function takeLock(folder: string, lock: string): void {
  for (;;) {
    try {
      const handle = openSync(lock, 'wx', 0o640)
      writeSync(handle, `${process.pid} ${startedAt(process.pid) ?? ''}\n`)
      fsyncSync(handle)
      closeSync(handle)
      return
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw refused(folder, cause)
    }
    const [pid, started] = (readText(lock) ?? '').trim().split(' ')
    if (lives(Number(pid), started))
      throw new DataFolderRefused(
        `'${folder}' is held by process ${pid}; stop it, or choose another folder with OHMSTEAD_DATA_DIR`,
      )
    rmSync(lock, { force: true })
  }
}

/** Whether the process that wrote the lock still runs; a number that was given to another program since does not count. */
function lives(pid: number, started: string | undefined): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  return !started || startedAt(pid) === started
}

/** Start time of a process in clock ticks since boot (Linux: field 22 of /proc/PID/stat); undefined elsewhere. */
function startedAt(pid: number): string | undefined {
  const stat = readText(`/proc/${pid}/stat`)
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function refused(folder: string, cause: unknown): DataFolderRefused {
  const { code } = cause as NodeJS.ErrnoException
  const why =
    code === 'EACCES' || code === 'EROFS' || code === 'EPERM' ? 'is not writable' : `cannot be used (${code})`
  return new DataFolderRefused(
    `'${folder}' ${why}; set OHMSTEAD_DATA_DIR to a folder that this user may write`,
    {
      cause,
    },
  )
}
