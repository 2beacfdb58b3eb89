import { z } from 'zod'
import { Config } from './config.ts'

/** One thing that can be set, and its names in every source. */
export interface Setting {
  readonly path: readonly string[]
  /** `OHMSTEAD_HTTP_PORT` */
  readonly env: string
  /** `http-port` */
  readonly flag: string
  readonly description: string
  readonly default: unknown
  /** Lists are written with commas in the environment and in flags. */
  readonly list: boolean
}

interface Schema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly description?: string
  readonly default?: unknown
}

/** Every setting of the schema, in its order. */
export const settings: readonly Setting[] = leaves(
  z.toJSONSchema(Config, { io: 'input', unrepresentable: 'any' }) as Schema,
  [],
)

function leaves(schema: Schema, path: readonly string[]): Setting[] {
  if (schema.properties)
    return Object.entries(schema.properties).flatMap(([key, child]) => leaves(child, [...path, key]))
  const words = path.flatMap(part => part.split(/(?=[A-Z])/)).map(word => word.toLowerCase())
  return [
    {
      path,
      env: `OHMSTEAD_${words.join('_').toUpperCase()}`,
      flag: words.join('-'),
      description: schema.description ?? '',
      default: schema.default,
      list: schema.type === 'array',
    },
  ]
}
