import { once } from 'node:events'
import pino, { type Logger } from 'pino'
import type { Config } from '../config/config.ts'
import { strayVariables } from '../config/stray.ts'
import { openPlatform, type Platform } from '../platform.ts'
import { nameOf, registryLocation } from '../registryLocation.ts'
import { type Command, type CommandIo, requireNoWords } from './command.ts'
import { configOf, configOptions, configUsage } from './configOptions.ts'

export const serveCommand: Command = {
  name: 'serve',
  usage: `
Usage: ohmstead serve [--config FILE] [settings]

Runs the platform until SIGINT or SIGTERM. Settings come from ohmstead.yaml, the environment and flags; the later wins.

  --config FILE  settings file [ohmstead.yaml]
${configUsage()}

Example: OHMSTEAD_HTTP_PORT=80 ohmstead serve --data-dir /var/lib/ohmstead
For the whole network: ohmstead serve --http-host 0.0.0.0 --mqtt-host 0.0.0.0
`,
  options: configOptions,
  async run(values, positionals, io) {
    requireNoWords('serve', positionals)
    await runPlatform(configOf(values, io), io, announce)
    return 0
  },
}

/** Opens the platform, lets `started` speak, and closes it when the command is told to stop. */
export async function runPlatform(
  config: Config,
  io: CommandIo,
  started: (platform: Platform, io: CommandIo) => void | Promise<void>,
): Promise<void> {
  const log = logger(config, io)
  await using platform = await openPlatform(config, { log })
  const { url: http, mqttPort } = platform
  for (const { name, meant } of strayVariables(io.env))
    log.warn({ name, meant }, 'a variable of the environment looks like a setting and is none')
  log.info({ http, mqttPort, dataDir: config.dataDir, registry: nameOf(registryLocation(config)) }, 'ready')
  await started(platform, io)
  if (!io.signal.aborted) await once(io.signal, 'abort')
  log.info('stopping')
}

/** Structured lines on standard output; secrets never get that far, and these paths are cut as well. */
function logger({ log }: Config, io: CommandIo): Logger {
  const redact = [
    'password',
    '*.password',
    'token',
    '*.token',
    'authorization',
    '*.authorization',
    'cookie',
    '*.cookie',
  ]
  return pino({ level: log.level, redact, base: null }, io.out)
}

function announce({ url, services }: Platform, io: CommandIo): void {
  services.demo.resume()
  const link = services.accounts.setupLink()
  if (link !== null) io.err.write(`\nNo account yet. Open this link once to make yours:\n\n  ${link}\n\n`)
  else io.err.write(`\nOhmstead is at ${url}\n\n`)
}
