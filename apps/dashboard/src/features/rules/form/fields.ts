import { fieldInfo, idPattern, unitInfo } from '@ohmstead/model'

/** A JSON Schema as far as templates use it. */
export interface Schema {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly pattern?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
}

export type FieldKind =
  | 'device'
  | 'devices'
  | 'measurement'
  | 'field'
  | 'choice'
  | 'number'
  | 'switch'
  | 'text'

/** One input of a template's form. */
export interface FormField {
  readonly name: string
  readonly kind: FieldKind
  readonly required: boolean
  /** The server's own words, for what the catalogue does not know. */
  readonly description: string
  readonly default: unknown
  readonly choices: readonly string[]
  readonly min: number | undefined
  readonly max: number | undefined
  readonly whole: boolean
}

/** The inputs that a template's parameters ask for, in their order. */
export function fieldsOf({ properties = {}, required = [] }: Schema): FormField[] {
  return Object.entries(properties).map(([name, schema]) => {
    const numbers = [schema, ...(schema.anyOf ?? [])]
    return {
      name,
      kind: kindOf(name, schema),
      required: required.includes(name),
      description: schema.description ?? name,
      default: schema.default,
      choices: (schema.enum ?? []).map(String),
      min: least(numbers),
      max: numbers.map(({ maximum }) => maximum).find(value => value !== undefined),
      whole: schema.type === 'integer',
    }
  })
}

function kindOf(name: string, { type, items, anyOf, pattern, enum: choices }: Schema): FieldKind {
  if (type === 'array' && items?.pattern === idPattern.source) return 'devices'
  if (pattern === idPattern.source) return 'device'
  if (choices !== undefined) return 'choice'
  if (name === 'measurement' || name === 'field') return name
  const kinds = [type, ...(anyOf ?? []).map(one => one.type)]
  if (kinds.includes('number') || kinds.includes('integer')) return 'number'
  return type === 'boolean' ? 'switch' : 'text'
}

/** The smallest of what any of the alternatives allows; what has to be more than 0 begins there. */
function least(schemas: readonly Schema[]): number | undefined {
  const bounds = schemas
    .map(({ minimum, exclusiveMinimum, const: only }) => minimum ?? exclusiveMinimum ?? only)
    .filter(value => typeof value === 'number')
  return bounds.length === 0 ? undefined : Math.min(...bounds)
}

/** Names of parameters wear their unit: `limitW`, `forMinutes`. As UCUM codes. */
const units: readonly [ending: RegExp, unit: string][] = [
  [/[a-z]W$/, 'W'],
  [/[a-z]C$/, 'Cel'],
  [/[a-z]A$/, 'A'],
  [/minutes$/i, 'min'],
  [/hours$/i, 'h'],
]

/** The symbol beside a number; that of a `limit` follows from the field it bounds. Empty for none. */
export function unitBeside(name: string, parameters: Readonly<Record<string, unknown>>): string {
  const { measurement, field } = parameters
  const code =
    name === 'limit'
      ? fieldInfo(String(measurement), String(field))?.unit
      : units.find(([ending]) => ending.test(name))?.[1]
  return code === undefined || code === '' ? '' : (unitInfo(code)?.symbol ?? code)
}

/** What the form begins with. A template for many devices begins with none: to watch is a choice. */
export function defaultsOf(fields: readonly FormField[]): Record<string, unknown> {
  return Object.fromEntries(
    fields.flatMap(({ name, kind, default: value, choices, required }) => {
      if (value !== undefined) return [[name, value]]
      if (kind === 'devices') return [[name, []]]
      return kind === 'choice' && required ? [[name, choices[0]]] : []
    }),
  )
}

const isEmpty = (value: unknown) =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)

/** Names of what has to be filled in yet. */
export function missingOf(
  fields: readonly FormField[],
  parameters: Readonly<Record<string, unknown>>,
): string[] {
  return fields
    .filter(({ name, required, kind, default: value }) => {
      // A number that was wiped out is missing too: its default stands where nothing was typed.
      if (!required && !(kind === 'number' && value !== undefined && parameters[name] === '')) return false
      return isEmpty(parameters[name])
    })
    .map(({ name }) => name)
}

/** As they are sent: what is empty is left to its default. */
export function sentOf(parameters: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => !isEmpty(value)))
}

type Streams = readonly {
  readonly name: string
  readonly fields: readonly { readonly name: string; readonly kind: string }[]
}[]

/** The fields of a measurement that hold numbers. */
export function numbersIn({ streams }: { readonly streams: Streams }, measurement: string): string[] {
  return (streams.find(({ name }) => name === measurement)?.fields ?? [])
    .filter(({ name, kind }) => kind === 'number' && name !== 'time')
    .map(({ name }) => name)
}

/** The server's reasons by parameter: `definition.parameters.devices.0` is about `devices`. */
export function byParameter(refused: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(refused).flatMap(([field, reason]) => {
      const name = /^definition\.parameters\.([^.[]+)/.exec(field)?.[1]
      return name === undefined ? [] : [[name, reason]]
    }),
  )
}
