import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { freePort } from './freePort.ts'

const main = resolve(import.meta.dirname, '../../../apps/server/src/main.ts')
/** A second or two, and many where everything else on the machine starts as well. */
const readyWithinMs = 60_000
const admin = { email: 'admin@example.org', password: 'a long enough passphrase' }

/** One `ohmstead serve` as a process of its own, on free ports, that can be ended in every way. */
export class Platform implements AsyncDisposable {
  readonly dataDir: string
  readonly httpPort: number
  readonly mqttPort: number
  /** Everything it printed, newest last, bounded. */
  output = ''
  #child: ChildProcess | undefined
  #cookie = ''

  private constructor(dataDir: string, httpPort: number, mqttPort: number) {
    this.dataDir = dataDir
    this.httpPort = httpPort
    this.mqttPort = mqttPort
  }

  /** Starts on `dataDir` and waits until it is ready. */
  static async start(dataDir: string, env: Record<string, string> = {}): Promise<Platform> {
    const platform = new Platform(dataDir, await freePort(), await freePort())
    await platform.restart(env)
    return platform
  }

  get pid(): number {
    return this.#child!.pid!
  }

  /** Starts again on the same folder and ports. @returns ms until it was ready */
  async restart(env: Record<string, string> = {}): Promise<number> {
    const start = performance.now()
    const child = spawn(process.execPath, [main, 'serve'], {
      env: {
        ...process.env,
        OHMSTEAD_DATA_DIR: this.dataDir,
        OHMSTEAD_HTTP_PORT: String(this.httpPort),
        OHMSTEAD_MQTT_PORT: String(this.mqttPort),
        OHMSTEAD_ADMIN_EMAIL: admin.email,
        OHMSTEAD_ADMIN_PASSWORD: admin.password,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    const keep = (chunk: Buffer) => (this.output = (this.output + chunk).slice(-64_000))
    child.stdout!.on('data', keep)
    child.stderr!.on('data', keep)
    await this.#ready(child)
    return performance.now() - start
  }

  async #ready(child: ChildProcess): Promise<void> {
    const deadline = performance.now() + readyWithinMs
    while (performance.now() < deadline) {
      const ended = child.exitCode ?? child.signalCode
      if (ended !== null) throw new Error(`the server ended with ${ended}:\n${this.output}`)
      const ready = await fetch(`${this.url}/readyz`).then(
        answer => answer.ok,
        () => false,
      )
      if (ready) return
      await new Promise(retry => setTimeout(retry, 25))
    }
    await this.kill()
    throw new Error(`the server was not ready within ${readyWithinMs / 1000} s:\n${this.output}`)
  }

  get url(): string {
    return `http://127.0.0.1:${this.httpPort}`
  }

  /** How it ended; undefined while it runs. */
  get ended(): { code: number | null; signal: NodeJS.Signals | null } | undefined {
    const { exitCode: code, signalCode: signal } = this.#child!
    return code === null && signal === null ? undefined : { code, signal }
  }

  /** Sends a signal and does not wait for what comes of it. */
  signal(signal: NodeJS.Signals): void {
    this.#child!.kill(signal)
  }

  /** SIGKILL: the ordinary way to stop. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** SIGTERM. @returns the exit code */
  async stop(): Promise<number | null> {
    return this.#end('SIGTERM')
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
    return child.exitCode
  }

  /** A request as the administrator. @throws on any answer that is not 2xx, with its body */
  async api<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    if (this.#cookie === '') await this.#login()
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        cookie: this.#cookie,
        origin: this.url,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return (text === '' ? undefined : JSON.parse(text)) as T
  }

  async #login(): Promise<void> {
    const answer = await fetch(`${this.url}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: this.url },
      body: JSON.stringify(admin),
    })
    if (!answer.ok) throw new Error(`login: ${answer.status} ${await answer.text()}`)
    this.#cookie = answer.headers
      .getSetCookie()
      .map(cookie => cookie.split(';')[0])
      .join('; ')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
  }
}
