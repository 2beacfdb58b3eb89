import { type FieldInfo, fieldInfo, idPattern, unitInfo } from '@ohmstead/model'
import { z } from 'zod'

/** How a template names the site's things in its sentence. */
export interface Names {
  device(id: string): string
}

/**
 * A rule that people fill in. It becomes EPL: the statement `raise` says that something holds, `clear` that it no longer does, both
 * by `device`.
 */
export interface Template<Parameters = unknown> {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly parameters: z.ZodType<Parameters>
  epl(parameters: Parameters): string
  /** "When *freezer* draws less than 2 W for 30 min", without what follows from it. */
  sentence(parameters: Parameters, names: Names): string
  /** How far back its state reaches, ms. */
  memoryMs(parameters: Parameters): number
}

/** Keeps the parameters' type between the parts of a template. */
export function template<Parameters>(parts: Template<Parameters>): Template {
  return parts as Template
}

const identifier = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,59}$/, 'expected a name of letters, digits and _')
const deviceId = z.string().regex(idPattern, 'expected the id of a device')

/** Parameters that templates share; each shape is the field of a form. */
export const device = deviceId.describe('Device')
export const devices = z.array(deviceId).min(1).max(200).describe('Devices; each is watched by itself')
export const measurement = identifier.default('electricalMeter').describe('Measurement')
export const field = identifier.default('power').describe('Field')
export const limit = z.number().min(-1e12).max(1e12)
export const minutes = z
  .number()
  .positive()
  .max(60 * 24 * 31)

export const minuteMs = 60_000
export const hourMs = 3_600_000
export const dayMs = 24 * hourMs

/** `'a', 'b'`; ids hold nothing that would have to be escaped. */
export const listed = (ids: readonly string[]) => ids.map(id => `'${id}'`).join(', ')

/** The filter that only these devices pass. */
export const from = (ids: readonly string[]) =>
  ids.length === 1 ? `device = '${ids[0]}'` : `device in (${listed(ids)})`

/** A name between back quotes, so that one that is a word of the language can be used. */
export const quoted = (name: string) => `\`${name}\``

/** `1.5 h`, `30 min`, `20 s`: a time as EPL and as people read it. */
export function span(spanMinutes: number): string {
  if (spanMinutes >= 60 && Number.isInteger(spanMinutes / 60)) return `${spanMinutes / 60} h`
  return Number.isInteger(spanMinutes) ? `${spanMinutes} min` : `${Math.round(spanMinutes * 60_000) / 1000} s`
}

/** The same as a period of EPL. */
export const period = (spanMinutes: number) => `${Math.round(spanMinutes * 60_000)} milliseconds`

/** `*freezer*`, `*freezer* or *cellar*`. */
export function namesOf(ids: readonly string[], names: Names): string {
  const shown = ids.slice(0, 3).map(id => `*${names.device(id)}*`)
  const others = ids.length - 3
  if (others > 0) shown.push(others === 1 ? '1 other' : `${others} others`)
  return shown.length === 1 ? shown[0] : `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`
}

/** `2 W`, `-18 °C`. */
export function amount(value: number, of: string, name: string): string {
  const info: FieldInfo | undefined = fieldInfo(of, name)
  const symbol = info && info.unit !== '' ? (unitInfo(info.unit)?.symbol ?? info.unit) : ''
  return symbol === '' ? String(value) : `${value} ${symbol}`
}
