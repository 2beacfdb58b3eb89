/** As much of JSON Schema as the API's description uses. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly description?: string
  readonly default?: unknown
}

/** A schema as a TypeScript type, over several lines where it is an object; descriptions become comments. */
export function typeText(schema: Schema, indent = ''): string {
  if (schema.$ref)
    return schema.$ref
      .split('/')
      .at(-1)!
      .replace(/Input$/, '')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map(value => JSON.stringify(value)).join(' | ')
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return unionText(choices, indent)
  if (typeof schema.type === 'object') return schema.type.map(numeric).join(' | ')
  if (schema.type === 'array') return arrayText(schema.items ?? {}, indent)
  if (schema.properties) return objectText(schema, indent)
  if (schema.type === 'object') return recordText(schema, indent)
  return schema.type === undefined ? 'unknown' : numeric(schema.type)
}

const numeric = (type: string) => (type === 'integer' ? 'number' : type)

function unionText(choices: readonly Schema[], indent: string): string {
  return [...new Set(choices.map(choice => typeText(choice, indent)))].join(' | ')
}

function arrayText(items: Schema, indent: string): string {
  const text = typeText(items, indent)
  return /^\w+$/.test(text) ? `${text}[]` : `Array<${text}>`
}

function objectText({ properties = {}, required = [] }: Schema, indent: string): string {
  const inner = `${indent}  `
  const lines = Object.entries(properties).map(([name, schema]) => {
    const optional = required.includes(name) && schema.default === undefined ? '' : '?'
    return `${inner}${name}${optional}: ${typeText(schema, inner)}${remark(schema)}`
  })
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${indent}}`
}

function recordText({ additionalProperties }: Schema, indent: string): string {
  const values = typeof additionalProperties === 'object' ? typeText(additionalProperties, indent) : 'unknown'
  return `Record<string, ${values}>`
}

function remark({ description, default: preset }: Schema): string {
  const parts = [
    description?.replace(/\s+/g, ' ').replace(/\.$/, ''),
    preset === undefined ? undefined : `default ${JSON.stringify(preset)}`,
  ]
  const text = parts.filter(part => part !== undefined && part !== '').join('; ')
  return text === '' ? '' : ` // ${text}`
}
