import { closeSync, openSync, readSync } from 'node:fs'
import { type DuckDBConnection, DuckDBInstance, type DuckDBResult } from '@duckdb/node-api'
import { StoreNotOpened } from '../errors.ts'
import { removeUnfinished } from './unfinished.ts'

export interface EngineOptions {
  readonly memoryMb: number
  readonly threads: number
  readonly readers: number
}

/**
 * One life of the database: the instance and its connections. When the instance becomes invalid this is closed and
 * another one opened.
 *
 * Checkpoints are ours alone (the threshold is out of reach): an automatic one that fails takes the instance with it.
 */
export class Engine {
  readonly #writer: DuckDBConnection
  readonly #maintainer: DuckDBConnection
  readonly #readers: DuckDBConnection[]
  readonly #free: DuckDBConnection[]
  readonly #instance: DuckDBInstance
  #inUse = 0
  #whenIdle: (() => void)[] = []
  #closing: Promise<void> | undefined

  private constructor(instance: DuckDBInstance, connections: DuckDBConnection[]) {
    this.#instance = instance
    ;[this.#writer, this.#maintainer, ...this.#readers] = connections
    this.#free = [...this.#readers]
  }

  /** Work on a connection of one's own; the caller sees to it that there are no more at once than readers. */
  async reading<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = this.#free.pop()
    if (connection === undefined) throw new Error('more queries than connections')
    return this.#use(connection, work).finally(() => this.#free.push(connection))
  }

  /** Batches, checkpoints and DDL; the caller sees to it that there is one at a time. */
  writing<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.#use(this.#writer, work)
  }

  /** Long work in the background; one at a time. */
  maintaining<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return this.#use(this.#maintainer, work)
  }

  async #use<T>(
    connection: DuckDBConnection,
    work: (connection: DuckDBConnection) => Promise<T>,
  ): Promise<T> {
    if (this.#closing !== undefined) throw new Error('connection was closed')
    const result = await this.#busy(work(connection))
    // Closing interrupts, and a stream that is interrupted may end as if it were complete.
    if (this.#closing !== undefined) throw new Error('connection was closed')
    return result
  }

  async #busy<T>(work: Promise<T>): Promise<T> {
    this.#inUse++
    try {
      return await work
    } finally {
      if (--this.#inUse === 0) for (const done of this.#whenIdle.splice(0)) done()
    }
  }

  /** @throws StoreNotOpened when the file is held, damaged, of a newer DuckDB or not writable */
  static async open(file: string, options: EngineOptions): Promise<Engine> {
    // The file is attached to a database in memory, as only so its row groups can have a size of their own. That one has
    // a name: while an earlier life of it is not quite gone this is that one, to which the file cannot be attached twice.
    const instance = await DuckDBInstance.fromCache(`:memory:${file}`, settings(file, options))
    const connections: DuckDBConnection[] = []
    try {
      removeUnfinished(file)
      for (let i = 0; i < options.readers + 2; i++) connections.push(await instance.connect())
      await runAll(connections[0], [attach(file, storedVersion(file))])
      for (const connection of connections) await connection.run(`USE ${database}`)
      await runAll(connections[0], ['SET enable_external_access = false', 'SET lock_configuration = true'])
      return new Engine(instance, connections)
    } catch (error) {
      for (const connection of connections) connection.closeSync()
      instance.closeSync()
      throw new StoreNotOpened(`'${file}' cannot be opened: ${firstLine(error)}`, { cause: error })
    }
  }

  /** Interrupts what runs, waits for it and closes. Harmless when called twice. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    for (const connection of [this.#maintainer, ...this.#readers]) connection.interrupt()
    if (this.#inUse > 0) await new Promise<void>(resolve => this.#whenIdle.push(resolve))
    for (const connection of [this.#writer, this.#maintainer, ...this.#readers]) connection.closeSync()
    this.#instance.closeSync()
  }
}

/** Its name beside the database in memory. */
export const database = 'readings'

/**
 * Rows of a row group, twice the usual: a column of one is some 180 kB otherwise, which fills three quarters of a block
 * and leaves the rest empty.
 */
const rowGroupSize = 245_760
/** Of files, as their header has it: 68 is that of DuckDB 1.5. */
const newVersion = 68
const versionOffset = 12

/**
 * A file keeps the version that it was made with. DuckDB 1.5 would raise it with the next checkpoint, yet writes an
 * identifier into the header then that its log does not have: after a kill the log would be refused.
 */
function attach(file: string, version: number | undefined): string {
  const path = file.replaceAll("'", "''")
  const isOld = version !== undefined && version < newVersion
  const options = isOld ? '' : ` (ROW_GROUP_SIZE ${rowGroupSize}, STORAGE_VERSION 'v1.5.0')`
  return `ATTACH '${path}' AS ${database}${options}`
}

/** @returns undefined for a file that is not there or has no header yet; whether it is a database is for the database to say */
function storedVersion(file: string): number | undefined {
  try {
    const descriptor = openSync(file, 'r')
    try {
      const version = Buffer.alloc(8)
      const isThere = readSync(descriptor, version, 0, 8, versionOffset) === 8
      return isThere ? Number(version.readBigUInt64LE()) : undefined
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return undefined
  }
}

function settings(file: string, { memoryMb, threads }: EngineOptions): Record<string, string> {
  return {
    temp_directory: `${file}.tmp`,
    memory_limit: `${memoryMb}MB`,
    threads: String(threads),
    checkpoint_threshold: '1TB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]
}

export async function runAll(connection: DuckDBConnection, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await connection.run(statement)
}

/** All or nothing. A failed rollback is what a dead instance answers; the first error says more. */
export async function transaction<T>(connection: DuckDBConnection, work: () => Promise<T>): Promise<T> {
  await connection.run('BEGIN')
  try {
    const result = await work()
    await connection.run('COMMIT')
    return result
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => {})
    throw error
  }
}

const checkpointTries = 50

/**
 * Writes what is in the log to the data file. A transaction that has just ended elsewhere may still count as active for
 * a moment; then it is tried again.
 */
export async function checkpoint(connection: DuckDBConnection): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await connection.run('CHECKPOINT')
      return
    } catch (error) {
      if (attempt === checkpointTries || !/other write transactions/.test((error as Error).message))
        throw error
      await new Promise(resolve => setTimeout(resolve, attempt))
    }
  }
}

/** An INTEGER column of a chunk; shares the chunk's memory. */
export function integers(chunk: Chunk, column: number): Int32Array {
  return (chunk.getColumnVector(column) as unknown as { items: Int32Array }).items
}

/** A DOUBLE column of a chunk; shares the chunk's memory. */
export function doubles(chunk: Chunk, column: number): Float64Array {
  return (chunk.getColumnVector(column) as unknown as { items: Float64Array }).items
}

export type Chunk = NonNullable<Awaited<ReturnType<DuckDBResult['fetchChunk']>>>

export async function* chunksOf(result: DuckDBResult): AsyncGenerator<Chunk> {
  for (;;) {
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) return
    yield chunk
  }
}
