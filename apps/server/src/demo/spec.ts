import type { capabilities, Site } from '@ohmstead/model'
import type { Battery } from './battery.ts'
import type { HeatPump } from './loads/heating.ts'
import type { Household } from './presence.ts'
import type { Room } from './room.ts'
import type { Panels } from './solar.ts'
import type { Climate } from './weather.ts'
import type { LoadModel } from './world.ts'

/** What a simulated device is. */
export type Part =
  | { readonly kind: 'load'; readonly load: LoadModel }
  | { readonly kind: 'heat-pump'; readonly pump: HeatPump }
  | { readonly kind: 'ventilation'; readonly watts: number }
  | { readonly kind: 'solar'; readonly panels: Panels }
  | { readonly kind: 'battery'; readonly battery: Battery }
  | { readonly kind: 'mains'; readonly amps: number }
  | { readonly kind: 'room'; readonly room: Room }
  | { readonly kind: 'outdoor' }

export interface DeviceSpec {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly place: string
  readonly capabilities: readonly (typeof capabilities)[number][]
  readonly ratedPowerW: number | null
  readonly part: Part
  /** Between two live messages. */
  readonly everySeconds: number
  /** What the counter had counted when the simulation began, and its smallest step. Wh. */
  readonly counter: { readonly startWh: number; readonly stepWh: number } | null
}

export interface PlaceSpec {
  readonly id: string
  readonly name: string
  readonly kind: 'building' | 'floor' | 'room' | 'outside'
  readonly parent: string | null
}

export interface SiteSpec extends Pick<Site, 'id' | 'name' | 'timezone' | 'currency'> {
  readonly climate: Climate
  readonly household: Household
  readonly places: readonly PlaceSpec[]
  readonly devices: readonly DeviceSpec[]
  /** Draws that no device of its own measures; the mains meter sees them. */
  readonly unmeasured: Readonly<Record<string, LoadModel>>
}

export const hasPower = (device: DeviceSpec) => device.part.kind !== 'room' && device.part.kind !== 'outdoor'
