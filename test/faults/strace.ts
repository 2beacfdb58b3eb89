import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { until } from '@ohmstead/testkit'

export interface Fault {
  /** Files whose system calls it concerns; others go on undisturbed. */
  readonly files: readonly string[]
  /** As strace's `inject=` takes it: `fsync:error=EIO:when=2`. */
  readonly inject: string
}

/** The system call that a fault is about. */
const callOf = (inject: string) => inject.split(':')[0]

/** Why strace cannot be used here; undefined when it can. */
export function noStrace(): string | undefined {
  if (spawnSync('strace', ['-V']).status !== 0) return 'strace is not installed'
  const tried = spawnSync('strace', ['-f', '-o', '/dev/null', 'true'])
  return tried.status === 0 ? undefined : 'processes may not be traced here'
}

/** `strace` and its arguments that start a command with this fault from its beginning. */
export function underFault({ files, inject }: Fault, log: string): string[] {
  return ['strace', '-f', '-o', log, ...aim(files), '-e', `trace=${callOf(inject)}`, '-e', `inject=${inject}`]
}

const aim = (files: readonly string[]) => files.flatMap(file => ['-P', file])

/** A fault put into a process that runs, until it is lifted. */
export class Injection implements AsyncDisposable {
  readonly #strace: ChildProcess
  readonly #log: string

  private constructor(strace: ChildProcess, log: string) {
    this.#strace = strace
    this.#log = log
  }

  /** @param log file that takes what strace sees */
  static async into(pid: number, { files, inject }: Fault, log: string): Promise<Injection> {
    const [command, ...args] = underFault({ files, inject }, log)
    const strace = spawn(command, [...args, '-p', String(pid)], { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    strace.stderr!.on('data', chunk => (said += chunk))
    const isAttached = () => /attached/.test(said)
    await until('strace attaches', () => isAttached() || strace.exitCode !== null)
    // A fault that kills can end both of them before this is looked at.
    if (!isAttached()) throw new Error(said)
    return new Injection(strace, log)
  }

  /** How often the fault has struck. */
  get struck(): number {
    try {
      return readFileSync(this.#log, 'utf8').match(/\(INJECTED\)|killed by SIGKILL/g)?.length ?? 0
    } catch {
      return 0
    }
  }

  /** The process goes on as if nothing had been. */
  async lift(): Promise<void> {
    if (this.#strace.exitCode !== null || this.#strace.signalCode !== null) return
    const ended = once(this.#strace, 'exit')
    this.#strace.kill('SIGINT')
    await ended
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.lift()
  }
}
