import { type ParseArgsConfig, parseArgs } from 'node:util'
import { InvalidInput, OhmsteadError } from '@ohmstead/model'
import packageJson from '../../package.json' with { type: 'json' }
import { endLoading } from '../loading.ts'

const { version } = packageJson

export type Options = NonNullable<ParseArgsConfig['options']>
export type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>

/** Where a command speaks and when it must stop. */
export interface CommandIo {
  readonly out: NodeJS.WritableStream
  readonly err: NodeJS.WritableStream
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal
}

/** One word of `ohmstead <word>`. */
export interface Command {
  readonly name: string
  /** All of `--help`: usage, options with units and defaults, an example. */
  readonly usage: string
  readonly options: Options
  /** @returns the exit code: 0 done, 1 failed, 2 called wrongly */
  run(values: Values, positionals: readonly string[], io: CommandIo): Promise<number>
}

/** The words of `ohmstead <word>`: what each does, and how to get at it. */
export type Commands = Readonly<
  Record<string, { readonly summary: string; readonly load: () => Promise<Command> }>
>

/** Runs the command that `args` names; every failure ends as words on `err` and a code. */
export async function runCommand(
  commands: Commands,
  args: readonly string[],
  io: CommandIo,
): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    io.out.write(overview(commands))
    return name === undefined ? 2 : 0
  }
  if (name === '--version') {
    io.out.write(`${version}\n`)
    return 0
  }
  if (!Object.hasOwn(commands, name)) {
    io.err.write(`ohmstead: there is no command '${name}'\n\n${overview(commands)}`)
    return 2
  }
  try {
    const command = await commands[name].load()
    endLoading()
    const { values, positionals } = parse(command, rest)
    if (values.help) {
      io.out.write(`${command.usage.trim()}\n`)
      return 0
    }
    return await command.run(values, positionals, io)
  } catch (error) {
    return failure(name, error, io)
  }
}

/** @throws InvalidInput when words follow that the command would pass over: a flag without its dashes */
export function requireNoWords(name: string, positionals: readonly string[]): void {
  const [word] = positionals
  if (word !== undefined)
    throw new InvalidInput('', `'${word}' is not expected; see 'ohmstead ${name} --help'`)
}

function parse(command: Command, args: string[]) {
  const options = { ...command.options, help: { type: 'boolean', short: 'h' } } satisfies Options
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true })
  } catch (cause) {
    throw new InvalidInput(
      '',
      `${(cause as Error).message.split('. ')[0]}; see 'ohmstead ${command.name} --help'`,
      {
        cause,
      },
    )
  }
}

function failure(name: string, error: unknown, io: CommandIo): number {
  if (error instanceof OhmsteadError) {
    io.err.write(`ohmstead ${name}: ${error.message}\n`)
    return error instanceof InvalidInput ? 2 : 1
  }
  if (io.signal.aborted) return 130
  io.err.write(
    `ohmstead ${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  )
  return 1
}

function overview(commands: Commands): string {
  const width = Math.max(...Object.keys(commands).map(name => name.length))
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`)
  return `Usage: ohmstead <command> [options]\n\n${lines.join('\n')}\n\nohmstead <command> --help tells more, ohmstead --version which one this is.\n`
}
