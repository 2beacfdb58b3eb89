import type { Instant } from '@ohmstead/model'
import { type BatteryDay, batteryDay } from './battery.ts'
import type { Day } from './day.ts'
import { heatPump } from './loads/heating.ts'
import { ventilation } from './loads/office.ts'
import { energyAt, negated, type Profile, rectified, sum } from './profile.ts'
import { type RoomDay, type RoomState, roomDay } from './room.ts'
import { solarDay } from './solar.ts'
import { type DeviceSpec, hasPower, type SiteSpec } from './spec.ts'
import { type World, worldOf } from './world.ts'

/** What a site carries over midnight. Plain data: it can be written down and taken up again. */
export interface SiteState {
  /** Since the simulation began, by device, tenths of a joule. */
  readonly imported: Readonly<Record<string, number>>
  readonly exported: Readonly<Record<string, number>>
  /** Wh in each battery. */
  readonly stored: Readonly<Record<string, number>>
  readonly rooms: Readonly<Record<string, RoomState>>
  /** Meters that took another's place, by device. */
  readonly replaced: Readonly<Record<string, Replacement>>
}

/** A meter that was put in: what had been counted till then, tenths of a joule, and what the new one showed. */
export interface Replacement {
  readonly imported: number
  readonly exported: number
  readonly startWh: number
}

/** A meter is taken out and another put in. */
export interface Swap {
  readonly device: string
  readonly at: Instant
  readonly startWh: number
}

/** One device's power over a day; + is drawn from the house's wires, − fed into them. */
export interface MeterDay {
  readonly power: Profile
  readonly imported: Profile
  readonly exported: Profile
  readonly battery?: BatteryDay
}

/** Everything that happens at a site on one local day. */
export interface SiteDay {
  readonly site: SiteSpec
  readonly world: World
  readonly day: Day
  readonly start: SiteState
  readonly end: SiteState
  readonly meters: ReadonlyMap<string, MeterDay>
  readonly rooms: ReadonlyMap<string, RoomDay>
  /** What no device of its own measures. */
  readonly unmeasured: readonly Profile[]
  readonly swaps: readonly Swap[]
}

export function firstState(site: SiteSpec): SiteState {
  const zero: Record<string, number> = {}
  const stored: Record<string, number> = {}
  const rooms: Record<string, RoomState> = {}
  for (const { id, part } of site.devices) {
    if (part.kind === 'room') rooms[id] = { temperature: 20.5, co2: 480 }
    else if (part.kind !== 'outdoor') zero[id] = 0
    if (part.kind === 'battery') stored[id] = part.battery.capacityWh * 0.4
  }
  return { imported: zero, exported: { ...zero }, stored, rooms, replaced: {} }
}

/**
 * A pure function: the same seed, site, day and start give the same day.
 * @param swaps of the site, at any time
 */
export function siteDay(
  seed: string,
  site: SiteSpec,
  day: Day,
  start: SiteState,
  swaps: readonly Swap[] = [],
): SiteDay {
  const world = worldOf(seed, site, day)
  const unmeasured = Object.entries(site.unmeasured).map(([name, load]) => load(world, name))
  const meters = new Map<string, MeterDay>()
  for (const device of site.devices) {
    const power = branch(device, world)
    if (power) meters.set(device.id, meterDay(power))
  }
  for (const { id, part } of site.devices) {
    if (part.kind !== 'battery') continue
    const battery = batteryDay(part.battery, house(meters, unmeasured, day), start.stored[id])
    meters.set(id, { ...meterDay(battery.power), battery })
  }
  const mains = site.devices.find(device => device.part.kind === 'mains')!
  meters.set(mains.id, meterDay(house(meters, unmeasured, day)))
  const rooms = new Map<string, RoomDay>()
  for (const { id, part } of site.devices)
    if (part.kind === 'room') rooms.set(id, roomDay(part.room, world, id, start.rooms[id]))
  const today = swaps.filter(swap => swap.at >= day.start && swap.at < day.end)
  const result = { site, world, day, start, meters, rooms, unmeasured, swaps: today }
  return { ...result, end: endOf(result) }
}

/** Power of what stands on its own; battery and mains follow from the others. */
function branch({ id, part }: DeviceSpec, world: World): Profile | undefined {
  if (part.kind === 'load') return part.load(world, id)
  if (part.kind === 'heat-pump') return heatPump(part.pump)(world, id)
  if (part.kind === 'ventilation') return ventilation(part)(world, id)
  if (part.kind === 'solar') return negated(solarDay(part.panels, world))
  return undefined
}

const house = (meters: ReadonlyMap<string, MeterDay>, unmeasured: readonly Profile[], day: Day) =>
  sum([...[...meters.values()].map(meter => meter.power), ...unmeasured], day.seconds)

const meterDay = (power: Profile): MeterDay => ({
  power,
  imported: rectified(power, 1),
  exported: rectified(power, -1),
})

/** What a device has counted in one direction from the simulation's begin to `second`, tenths of a joule. */
export function counted(
  { start, meters }: Pick<SiteDay, 'start' | 'meters'>,
  device: string,
  direction: 'imported' | 'exported',
  second: number,
): number {
  return start[direction][device] + energyAt(meters.get(device)![direction], second)
}

/** The meter that hangs at `device` at `second`, if it is not the first one. */
export function replacementAt(
  day: Omit<SiteDay, 'end'>,
  device: string,
  second: number,
): Replacement | undefined {
  const swap = day.swaps.find(({ device: id, at }) => id === device && at <= day.day.start + second * 1000)
  if (!swap) return day.start.replaced[device]
  const at = (swap.at - day.day.start) / 1000
  return {
    imported: counted(day, device, 'imported', at),
    exported: counted(day, device, 'exported', at),
    startWh: swap.startWh,
  }
}

function endOf(day: Omit<SiteDay, 'end'>): SiteState {
  const imported: Record<string, number> = {}
  const exported: Record<string, number> = {}
  const stored: Record<string, number> = {}
  const replaced: Record<string, Replacement> = {}
  const { seconds } = day.day
  for (const { id } of day.site.devices.filter(hasPower)) {
    imported[id] = counted(day, id, 'imported', seconds)
    exported[id] = counted(day, id, 'exported', seconds)
    const { battery } = day.meters.get(id)!
    if (battery) stored[id] = battery.storedAtEnd
    const replacement = replacementAt(day, id, seconds)
    if (replacement) replaced[id] = replacement
  }
  const rooms = Object.fromEntries([...day.rooms].map(([id, room]) => [id, room.end]))
  return { imported, exported, stored, rooms, replaced }
}
