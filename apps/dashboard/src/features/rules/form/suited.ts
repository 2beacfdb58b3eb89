/** A series that the site has stored; as much of it as choosing takes. */
export interface Head {
  readonly device: string
  readonly measurement: string
  readonly field: string
  readonly value: unknown
}

type Parameters = Readonly<Record<string, unknown>>

/** What a device has to measure to be of use for a parameter; without a field any will do. */
export function wantedOf(name: string, parameters: Parameters): { measurement: string; field?: string } {
  if (name === 'presence' || name === 'door') return { measurement: 'roomSensor', field: name }
  const measurement = String(parameters.measurement)
  const field = fieldWanted(name, parameters)
  return field === undefined ? { measurement } : { measurement, field }
}

/** Templates without a choice of field say by the unit of their limit what they look at. */
function fieldWanted(name: string, parameters: Parameters): string | undefined {
  if (name === 'freezer') return 'temperature'
  if (typeof parameters.field === 'string') return parameters.field
  if ('limitA' in parameters) return undefined
  return 'limitW' in parameters ||
    'runningW' in parameters ||
    'aboveW' in parameters ||
    'factor' in parameters
    ? 'power'
    : undefined
}

/** Devices that measure what a parameter needs. */
export function suitedTo(name: string, parameters: Parameters, heads: readonly Head[]): Set<string> {
  const { measurement, field } = wantedOf(name, parameters)
  return new Set(
    heads
      .filter(head => head.measurement === measurement && (field === undefined || head.field === field))
      .map(({ device }) => device),
  )
}

/**
 * The parameters after a device was chosen: where none of the chosen sends what is looked at, it becomes what the first of
 * them does send.
 */
export function fitted(name: string, parameters: Parameters, heads: readonly Head[]): Parameters {
  if (!('measurement' in parameters) || name === 'presence' || name === 'door') return parameters
  const chosen = parameters[name]
  const ids = Array.isArray(chosen) ? chosen : [chosen]
  const own = heads.filter(({ device }) => ids.includes(device))
  const { measurement, field } = wantedOf(name, parameters)
  if (own.length === 0 || own.some(one => one.measurement === measurement && (!field || one.field === field)))
    return parameters
  const same = own.find(one => one.field === field)
  if (same) return { ...parameters, measurement: same.measurement }
  const number = own.find(({ value }) => typeof value === 'number')
  if (number === undefined || !('field' in parameters)) return parameters
  return { ...parameters, measurement: number.measurement, field: number.field }
}
