import { readFileSync } from 'node:fs'
import { InvalidInput } from '@ohmstead/model'
import { parse } from 'yaml'
import { type MappingValues, mappingOptions } from './mapping.ts'

/** Flags over what a YAML file with the same names says. @throws InvalidInput */
export function withMapFile(values: MappingValues): MappingValues {
  const { map } = values
  if (typeof map !== 'string') return values
  const read = readMap(map)
  for (const name of Object.keys(read))
    if (!(name in mappingOptions) || name === 'map')
      throw new InvalidInput('map', `'${map}' has an unknown word '${name}'`)
  return { ...read, ...values }
}

function readMap(file: string): Record<string, unknown> {
  try {
    const read: unknown = parse(readFileSync(file, 'utf8'))
    if (typeof read === 'object' && read !== null && !Array.isArray(read))
      return read as Record<string, unknown>
  } catch (cause) {
    throw new InvalidInput('map', `'${file}' cannot be read: ${(cause as Error).message.split('\n')[0]}`, {
      cause,
    })
  }
  throw new InvalidInput('map', `'${file}' must hold settings by name`)
}
