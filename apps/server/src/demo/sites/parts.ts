import { type HeatPump, targetTemperature } from '../loads/heating.ts'
import type { Room } from '../room.ts'
import type { DeviceSpec, Part, PlaceSpec } from '../spec.ts'
import type { LoadModel, World } from '../world.ts'

type Place = [id: string, name: string, kind: PlaceSpec['kind'], parent?: string]

export const places = (rows: readonly Place[]): PlaceSpec[] =>
  rows.map(([id, name, kind, parent]) => ({ id, name, kind, parent: parent ?? null }))

/** A plug that measures what is behind it, to 0.1 W and 1 Wh. */
export function plug(
  id: string,
  name: string,
  place: string,
  load: LoadModel,
  startWh: number,
  everySeconds = 5,
): DeviceSpec {
  return {
    id,
    name,
    place,
    type: 'smart plug',
    capabilities: ['meter', 'switch'],
    ratedPowerW: 3680,
    part: { kind: 'load', load },
    everySeconds,
    counter: { startWh, stepWh: 1 },
  }
}

/** A meter on a circuit, or inside what it feeds. */
export function wired(
  id: string,
  name: string,
  place: string,
  type: string,
  ratedPowerW: number,
  what: LoadModel | Part,
  startWh: number,
): DeviceSpec {
  const part: Part = typeof what === 'function' ? { kind: 'load', load: what } : what
  return {
    id,
    name,
    place,
    type,
    ratedPowerW,
    part,
    capabilities: ['meter'],
    everySeconds: 4,
    counter: { startWh, stepWh: 1 },
  }
}

/** The grid's meter: whole watts, kilowatt-hours with two decimals. */
export const mains = (place: string, amps: number, phases: 1 | 3, startWh: number): DeviceSpec => ({
  id: 'mains',
  name: 'Mains meter',
  place,
  type: 'grid meter',
  capabilities: ['meter'],
  ratedPowerW: 230 * amps * phases,
  part: { kind: 'mains', amps },
  everySeconds: 2,
  counter: { startWh, stepWh: 10 },
})

export function sensor(id: string, name: string, place: string, room: Room): DeviceSpec {
  return {
    id,
    name,
    place,
    type: 'room sensor',
    capabilities: ['climate'],
    ratedPowerW: null,
    part: { kind: 'room', room },
    everySeconds: 10,
    counter: null,
  }
}

export const outdoor = (place: string): DeviceSpec => ({
  ...sensor(
    'outdoor',
    'Outdoor sensor',
    place,
    livingRoom(60, () => 20),
  ),
  type: 'weather sensor',
  part: { kind: 'outdoor' },
})

export const livingRoom = (volume: number, target: Room['target']): Room => ({
  volume,
  target,
  awakeShare: 0.6,
  asleepShare: 0,
  airChanges: 0.7,
})

export const bedroom = (volume: number, target: Room['target']): Room => ({
  volume,
  target,
  awakeShare: 0.1,
  asleepShare: 0.5,
  airChanges: 0.6,
})

/** What a heat pump keeps; in summer the house drifts up with the weather. */
export const kept = (pump: HeatPump) => (world: World, second: number) => {
  const outside = world.weather(second).temperature
  const ceiling = pump.coolAbove ?? Number.POSITIVE_INFINITY
  return Math.min(ceiling + 0.5, Math.max(targetTemperature(pump, world, second), outside * 0.85 + 4))
}
