import { type DeviceId, isId, type SiteId } from './ids.ts'

/** The bus contract: a topic is the REST path of the thing. */
export const topics = {
  readings: (site: string, device: string) => `sites/${site}/devices/${device}/readings`,
  status: (site: string, device: string) => `sites/${site}/devices/${device}/status`,
  commands: (site: string, device: string) => `sites/${site}/devices/${device}/commands`,
  results: (site: string, device: string) => `sites/${site}/devices/${device}/results`,
  slots: (site: string) => `sites/${site}/slots`,
  events: (site: string) => `sites/${site}/events`,
  /** One kind of derived events; `sites/{site}/events/#` selects all. */
  event: (site: string, name: string) => `sites/${site}/events/${name}`,
  alerts: (site: string) => `sites/${site}/alerts`,
}

export const deviceTopicKinds = ['readings', 'status', 'commands', 'results'] as const
export type DeviceTopicKind = (typeof deviceTopicKinds)[number]

export interface DeviceTopic {
  readonly site: SiteId
  readonly device: DeviceId
  readonly kind: DeviceTopicKind
}

/** The parts of a device's topic, or undefined for every other topic and every id that is not one. */
export function parseTopic(topic: string): DeviceTopic | undefined {
  const parts = topic.split('/', 6)
  if (parts.length !== 5 || parts[0] !== 'sites' || parts[2] !== 'devices') return undefined
  const [, site, , device, kind] = parts
  if (!isId(site) || !isId(device) || !isKind(kind)) return undefined
  return { site: site as SiteId, device: device as DeviceId, kind }
}

function isKind(text: string | undefined): text is DeviceTopicKind {
  return (deviceTopicKinds as readonly (string | undefined)[]).includes(text)
}
