import type { Config } from '../config/config.ts'
import { loadConfig } from '../config/load.ts'
import { settings } from '../config/settings.ts'
import type { CommandIo, Options, Values } from './command.ts'

/** `--config FILE` and one flag per setting. */
export const configOptions: Options = {
  config: { type: 'string' },
  ...Object.fromEntries(settings.map(setting => [setting.flag, { type: 'string' as const }])),
}

/** The configuration as this command line, environment and file give it. @throws InvalidInput */
export function configOf(values: Values, io: CommandIo): Config {
  const given = typeof values.config === 'string' ? values.config : undefined
  const flags = Object.fromEntries(
    settings.map(({ flag }) => [flag, typeof values[flag] === 'string' ? values[flag] : undefined]),
  )
  return loadConfig({
    file: given ?? io.env.OHMSTEAD_CONFIG ?? 'ohmstead.yaml',
    fileRequired: given !== undefined,
    env: io.env,
    flags,
  })
}

/** The settings as a table for `--help`. */
export function configUsage(): string {
  const width = Math.max(...settings.map(({ flag }) => flag.length))
  return settings
    .map(({ flag, description, default: preset, env }) => {
      const shown =
        preset === undefined ? '' : ` [${Array.isArray(preset) ? preset.join(',') || 'none' : preset}]`
      return `  --${flag.padEnd(width)}  ${description}${shown}\n    ${' '.repeat(width)}  ${env}`
    })
    .join('\n')
}
