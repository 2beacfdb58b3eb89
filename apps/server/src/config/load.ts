import { existsSync, readFileSync } from 'node:fs'
import { InvalidInput } from '@ohmstead/model'
import { parse as parseYaml } from 'yaml'
import { Config } from './config.ts'
import { type Setting, settings } from './settings.ts'

type Tree = { [key: string]: Tree | unknown }

export interface ConfigSources {
  /** Path of a YAML file; missing is fine unless `fileRequired`. */
  readonly file: string
  readonly fileRequired?: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  /** `http-port` → text, as the command line gave it. */
  readonly flags: Readonly<Record<string, string | undefined>>
}

/**
 * The configuration from file, environment and flags; the later wins.
 * @throws InvalidInput naming the field and where it was set
 */
export function loadConfig(sources: ConfigSources): Config {
  const tree = readFile(sources)
  const origin = new Map<string, string>()
  for (const setting of settings) {
    const fromEnv = sources.env[setting.env]
    const fromFlag = sources.flags[setting.flag]
    if (fromEnv !== undefined && fromEnv !== '') put(tree, setting, fromEnv, setting.env, origin)
    if (fromFlag !== undefined) put(tree, setting, fromFlag, `--${setting.flag}`, origin)
  }
  const result = Config.safeParse(tree)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const path = issue.path.join('.')
  throw new InvalidInput(path, `${issue.message} (from ${origin.get(path) ?? sources.file})`)
}

function readFile({ file, fileRequired }: ConfigSources): Tree {
  if (!existsSync(file)) {
    if (fileRequired) throw new InvalidInput('config', `there is no file '${file}'`)
    return {}
  }
  try {
    const tree: unknown = parseYaml(readFileSync(file, 'utf8')) ?? {}
    if (typeof tree === 'object' && !Array.isArray(tree)) return tree as Tree
  } catch (cause) {
    throw new InvalidInput('config', `'${file}' is not valid YAML`, { cause })
  }
  throw new InvalidInput('config', `'${file}' must hold settings by name`)
}

function put(tree: Tree, setting: Setting, text: string, from: string, origin: Map<string, string>): void {
  let branch = tree
  for (const key of setting.path.slice(0, -1)) branch = (branch[key] ??= {}) as Tree
  branch[setting.path.at(-1)!] = setting.list ? text.split(',').map(part => part.trim()) : text
  origin.set(setting.path.join('.'), from)
}
