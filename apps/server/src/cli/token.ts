import { existsSync } from 'node:fs'
import { InvalidInput, scopes as knownScopes, type Scope } from '@ohmstead/model'
import { type Registry, system } from '@ohmstead/registry'
import { openRegistryAt, registryLocation } from '../registryLocation.ts'
import type { Command, Values } from './command.ts'
import { configOf, configOptions } from './configOptions.ts'

export const tokenCommand: Command = {
  name: 'token',
  usage: `
Usage: ohmstead token create --name NAME [--site SITE] [--device DEVICE] [--scopes read,write]
       ohmstead token list [--site SITE]
       ohmstead token revoke ID

Works on the registry itself, also while the server runs. The text of a new token is printed once.

  --name NAME       what the token is for
  --site SITE       the only site it opens; without it, all sites
  --device DEVICE   the only device it opens
  --scopes LIST     read, write or both [read]
  --data-dir DIR    data folder [./data], also OHMSTEAD_DATA_DIR
  --config FILE     settings file [ohmstead.yaml]; registry.url in it, or OHMSTEAD_REGISTRY_URL, names a PostgreSQL

Example: ohmstead token create --name telegraf --site home --scopes write
`,
  options: {
    ...configOptions,
    name: { type: 'string' },
    site: { type: 'string' },
    device: { type: 'string' },
    scopes: { type: 'string' },
  },
  async run(values, [action, id], io) {
    const location = registryLocation(configOf(values, io))
    if (location.dialect === 'sqlite' && !existsSync(location.file))
      throw new InvalidInput(
        'data-dir',
        `there is no registry at '${location.file}'; has the server run here? (registry.url names a PostgreSQL)`,
      )
    await using registry = await openRegistryAt(location)
    const say = (line: string) => io.out.write(`${line}\n`)
    if (action === 'create') return await create(registry, values, say)
    if (action === 'list') return await list(registry, values, say)
    if (action === 'revoke' && id !== undefined) {
      await registry.tokens.revoke(system('cli'), id)
      say(`revoked ${id}`)
      return 0
    }
    throw new InvalidInput('', "expected 'create', 'list' or 'revoke ID'; see 'ohmstead token --help'")
  },
}

async function create(registry: Registry, values: Values, say: (line: string) => void): Promise<number> {
  if (typeof values.name !== 'string') throw new InvalidInput('name', 'a token needs a name')
  const { token, text } = await registry.tokens.create(system('cli'), {
    name: values.name,
    site: typeof values.site === 'string' ? values.site : null,
    device: typeof values.device === 'string' ? values.device : null,
    scopes: scopesOf(values.scopes),
  })
  say(text)
  say(`id ${token.id}; this text is not shown again`)
  return 0
}

async function list(registry: Registry, values: Values, say: (line: string) => void): Promise<number> {
  let cursor: string | undefined
  do {
    const page = await registry.tokens.list({
      cursor,
      site: typeof values.site === 'string' ? values.site : undefined,
    })
    for (const token of page.items)
      say(
        [
          token.id,
          token.name,
          token.site ?? 'all sites',
          token.scopes.join('+'),
          used(token.lastUsedAt),
        ].join('\t'),
      )
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
  return 0
}

const used = (at: number | null) => (at === null ? 'never used' : `used ${new Date(at).toISOString()}`)

function scopesOf(text: Values[string]): Scope[] {
  const names = typeof text === 'string' ? text.split(',').map(name => name.trim()) : ['read']
  const unknown = names.find(name => !(knownScopes as readonly string[]).includes(name))
  if (unknown !== undefined)
    throw new InvalidInput('scopes', `there is no scope '${unknown}'; there are ${knownScopes.join(', ')}`)
  return names as Scope[]
}
