import type { Device, DeviceChange } from '@ohmstead/sdk'

/** What can be changed of a device, as it stands in the form. Powers and energies are texts while they are typed. */
export interface Facts {
  readonly name: string
  readonly place: string | null
  readonly type: string
  readonly description: string
  readonly ratedPowerW: string
  readonly modulusKWh: string
  readonly submeterOf: string | null
  readonly capabilities: readonly string[]
  /** One a line, `mac: 3c:61:05:ab:00:12`. */
  readonly identities: string
  readonly enabled: boolean
}

export function factsOf(device: Device): Facts {
  return {
    name: device.name,
    place: device.place,
    type: device.type ?? '',
    description: device.description,
    ratedPowerW: numberText(device.ratedPowerW),
    modulusKWh: numberText(device.counterModulusWh === null ? null : device.counterModulusWh / 1000),
    submeterOf: device.submeterOf,
    capabilities: device.capabilities,
    identities: Object.entries(device.identities)
      .map(([kind, value]) => `${kind}: ${value}`)
      .join('\n'),
    enabled: device.enabled,
  }
}

const numberText = (value: number | null) => (value === null ? '' : String(value))

/** What the server is told: only what was changed. */
export function changeOf(changed: Partial<Facts>): DeviceChange {
  const { type, ratedPowerW, modulusKWh, identities, capabilities, name, ...same } = changed
  return {
    ...same,
    ...(name === undefined ? {} : { name: name.trim() }),
    ...(type === undefined ? {} : { type: type.trim() === '' ? null : type.trim() }),
    ...(ratedPowerW === undefined ? {} : { ratedPowerW: numberOf(ratedPowerW) }),
    ...(modulusKWh === undefined
      ? {}
      : { counterModulusWh: modulusKWh === '' ? null : numberOf(modulusKWh)! * 1000 }),
    ...(identities === undefined ? {} : { identities: identitiesOf(identities) ?? {} }),
    ...(capabilities === undefined
      ? {}
      : { capabilities: [...capabilities] as NonNullable<DeviceChange['capabilities']> }),
  }
}

const numberOf = (text: string) => (text === '' ? null : Number(text))

/** The identities of a text, or null when a line is not one. */
export function identitiesOf(text: string): Record<string, string> | null {
  const lines = text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
  const pairs = lines.map(line => /^([^:=\s]+)\s*[:=]\s*(\S.*)$/.exec(line))
  if (pairs.some(pair => pair === null)) return null
  return Object.fromEntries(pairs.map(pair => [pair![1]!, pair![2]!]))
}
