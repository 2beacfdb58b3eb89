import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Config } from '../config/config.ts'
import type { Orders } from './devices.ts'

const program = fileURLToPath(new URL('./devices.ts', import.meta.url))
const graceMs = 3_000

/** Where the devices find the broker: it is on this machine. */
export const busUrl = ({ mqtt }: Pick<Config, 'mqtt'>, port: number): string =>
  `mqtt://${mqtt.host === '0.0.0.0' ? '127.0.0.1' : mqtt.host}:${port}`

/** The process of the simulated devices. */
export class Fleet implements AsyncDisposable {
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  /** @param ended told when the process ends before it is closed */
  static start(orders: Orders, ended: (reason: string) => void): Fleet {
    const child = fork(program, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] })
    const fleet = new Fleet(child)
    child.once('exit', (code, signal) => {
      if (!fleet.#closing) ended(signal ?? `exit code ${code}`)
    })
    child.send(orders)
    return fleet
  }

  #closing = false

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Devices say goodbye; those that do not within seconds are cut off. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closing || this.#child.exitCode !== null || this.#child.signalCode !== null) return
    this.#closing = true
    const ended = once(this.#child, 'exit')
    if (this.#child.connected) this.#child.disconnect()
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), graceMs)
    await ended
    clearTimeout(timer)
  }
}
