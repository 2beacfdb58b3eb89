import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'

/** A server of somebody else, started for a test or a benchmark and ended by its process id. */
export class ServerProcess implements AsyncDisposable {
  output = ''
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
    const keep = (chunk: Buffer) => (this.output = (this.output + chunk).slice(-16_000))
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)
    child.on('error', error => keep(Buffer.from(String(error))))
  }

  /** Starts `command` and waits until `port` answers. @throws with its output when it ends before, or after 20 s */
  static async start(command: string, args: readonly string[], port: number): Promise<ServerProcess> {
    const server = new ServerProcess(spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] }))
    const deadline = performance.now() + 20_000
    while (!(await answers(port))) {
      if (server.#child.exitCode !== null || performance.now() > deadline)
        throw new Error(`${command} did not start: ${server.output}`)
      await new Promise(retry => setTimeout(retry, 50))
    }
    return server
  }

  get pid(): number {
    return this.#child.pid!
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), 5000)
    await ended
    clearTimeout(killer)
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise(settle => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      settle(true)
    })
    socket.once('error', () => settle(false))
  })
}
