import { execFile } from 'node:child_process'
import { chmodSync, chownSync, existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from './freePort.ts'
import { ServerProcess } from './process.ts'
import { tempFolder } from './tempFolder.ts'

const run = promisify(execFile)

/** The newest PostgreSQL of this machine, or undefined. */
export function postgresFolder(): string | undefined {
  const folders = globSync('/usr/lib/postgresql/*/bin').filter(folder => existsSync(join(folder, 'initdb')))
  return folders.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1)
}

/** A throw-away PostgreSQL on loopback. It refuses to run as root, so root runs it as the package's own user. */
export class PostgresServer implements AsyncDisposable {
  readonly #bin: string
  readonly #folder: Disposable
  readonly #port: number
  readonly #invocation: Invocation
  #server: ServerProcess | undefined
  #databases = 0

  private constructor(bin: string, folder: Disposable, port: number, invocation: Invocation) {
    this.#bin = bin
    this.#folder = folder
    this.#port = port
    this.#invocation = invocation
  }

  static async start(bin: string): Promise<PostgresServer> {
    const folder = tempFolder('ohmstead-postgres-')
    const data = join(folder.path, 'data')
    const as = await asUser(folder.path)
    const init = ['-D', data, '-U', 'ohmstead', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8']
    await run(...as(join(bin, 'initdb'), init))
    const port = await freePort()
    const options = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder.path, '-F']
    const server = new PostgresServer(bin, folder, port, as(join(bin, 'postgres'), options))
    await server.restart()
    return server
  }

  async restart(): Promise<void> {
    await this.stop()
    this.#server = await ServerProcess.start(...this.#invocation, this.#port)
    // It answers on its port before it is ready.
    for (let tries = 0; tries < 100; tries++)
      if (await this.psql('postgres', 'select 1').catch(() => null)) return
    throw new Error(`postgres is not ready: ${this.#server.output}`)
  }

  /** Ends it as a supervisor would; what is connected is cut off. */
  async stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (!server) return
    const ended = server[Symbol.asyncDispose]()
    // SIGTERM waits for clients; SIGINT after it does not.
    process.kill(server.pid, 'SIGINT')
    await ended
  }

  /** The URL of a new, empty database. */
  async createDatabase(): Promise<string> {
    const name = `test_${++this.#databases}`
    await this.psql('postgres', `create database ${name}`)
    return this.url(name)
  }

  url(database: string): string {
    return `postgres://ohmstead@127.0.0.1:${this.#port}/${database}`
  }

  /** Runs statements in one session; answers what they print. */
  async psql(database: string, sql: string): Promise<string> {
    const { stdout } = await run(join(this.#bin, 'psql'), [
      '-qAt',
      '-v',
      'ON_ERROR_STOP=1',
      '-d',
      this.url(database),
      '-c',
      sql,
    ])
    return stdout
  }

  async dump(database: string): Promise<string> {
    const args = ['--inserts', '--restrict-key=test', '-d', this.url(database)]
    const { stdout } = await run(join(this.#bin, 'pg_dump'), await this.#dumpArgs(args))
    return stdout
  }

  /** Releases since August 2025 put a random key into every dump unless they are given one. */
  async #dumpArgs(args: string[]): Promise<string[]> {
    const { stdout } = await run(join(this.#bin, 'pg_dump'), ['--help'])
    return stdout.includes('--restrict-key') ? args : args.filter(arg => !arg.startsWith('--restrict-key'))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    this.#folder[Symbol.dispose]()
  }
}

type Invocation = [command: string, args: string[]]

async function asUser(folder: string): Promise<(command: string, args: string[]) => Invocation> {
  if (process.getuid?.() !== 0) return (command, args) => [command, args]
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async flag => Number((await run('id', [flag, 'postgres'])).stdout)),
  )
  chownSync(folder, uid, gid)
  chmodSync(folder, 0o755)
  const user = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups']
  return (command, args) => ['setpriv', [...user, command, ...args]]
}
