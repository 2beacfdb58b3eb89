import { closeSync, existsSync, openSync, readSync, rmSync, statSync } from 'node:fs'

/** A file begins with three headers of 4096 bytes, which are written before anything can be stored. */
const headersBytes = 3 * 4096
const magic = 'DUCK'
const magicAt = 8

/**
 * Takes a file away whose making was cut short by the end of the process: it is shorter than its headers and has no log, so nothing
 * was ever stored in it, and DuckDB would refuse it for good. Anything else is left.
 */
export function removeUnfinished(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size
  if (size === undefined || size >= headersBytes || existsSync(`${file}.wal`)) return
  if (size === 0 || beginsAsDatabase(file)) rmSync(file)
}

function beginsAsDatabase(file: string): boolean {
  const bytes = Buffer.alloc(magic.length)
  const descriptor = openSync(file, 'r')
  try {
    readSync(descriptor, bytes, 0, bytes.length, magicAt)
  } finally {
    closeSync(descriptor)
  }
  return bytes.toString('latin1') === magic
}
