import { type ParseArgsConfig, parseArgs } from 'node:util'
import { InvalidInput, OhmsteadError } from '@ohmstead/model'

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
  /** One line in the list of commands. */
  readonly summary: string
  /** All of `--help`: usage, options with units and defaults, an example. */
  readonly usage: string
  readonly options: Options
  /** @returns the exit code: 0 done, 1 failed, 2 called wrongly */
  run(values: Values, positionals: readonly string[], io: CommandIo): Promise<number>
}

/** Runs the command that `args` names; every failure ends as words on `err` and a code. */
export async function runCommand(
  commands: readonly Command[],
  args: readonly string[],
  io: CommandIo,
): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === 'help') {
    io.out.write(overview(commands))
    return name === undefined ? 2 : 0
  }
  const command = commands.find(candidate => candidate.name === name)
  if (!command) {
    io.err.write(`ohmstead: there is no command '${name}'\n\n${overview(commands)}`)
    return 2
  }
  try {
    const parsed = parse(command, rest)
    if (parsed.values.help) {
      io.out.write(`${command.usage.trim()}\n`)
      return 0
    }
    return await command.run(parsed.values, parsed.positionals, io)
  } catch (error) {
    return failure(command.name, error, io)
  }
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

function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(command => command.name.length))
  const lines = commands.map(command => `  ${command.name.padEnd(width)}  ${command.summary}`)
  return `Usage: ohmstead <command> [options]\n\n${lines.join('\n')}\n\nohmstead <command> --help tells more.\n`
}
