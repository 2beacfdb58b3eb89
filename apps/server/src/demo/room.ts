import { between } from './random.ts'
import type { World } from './world.ts'

export interface Room {
  /** m³ */
  readonly volume: number
  /** Share of the people inside who are in this room while awake, and while asleep. */
  readonly awakeShare: number
  readonly asleepShare: number
  /** °C wanted at `second`; the room follows within hours. */
  readonly target: (world: World, second: number) => number
  /** Air changes per hour with the windows shut. */
  readonly airChanges: number
}

/** What a room carries from one day into the next. */
export interface RoomState {
  readonly temperature: number
  readonly co2: number
}

/** Climate of a room over one day, every `roomStepSeconds`. */
export interface RoomDay {
  readonly temperature: Float64Array
  readonly humidity: Float64Array
  readonly co2: Float64Array
  readonly end: RoomState
}

export const roomStepSeconds = 300
const outdoorCo2 = 425
/** One person breathes out about 18 litres of CO₂ an hour. */
const breathM3PerHour = 0.018

/** CO₂ from the people in the room against its air changes; a temperature that lags what is wanted. */
export function roomDay(room: Room, world: World, name: string, start: RoomState): RoomDay {
  const rng = world.random(name)
  const count = Math.ceil(world.day.seconds / roomStepSeconds)
  const temperature = new Float64Array(count)
  const humidity = new Float64Array(count)
  const co2 = new Float64Array(count)
  const hours = roomStepSeconds / 3600
  let state = start
  for (let i = 0; i < count; i++) {
    const second = i * roomStepSeconds
    const people = peopleIn(room, world, second)
    const outside = world.weather(second)
    const goal = room.target(world, second) + 0.35 * people + 0.0012 * world.irradiance(second)
    const breath = (people * breathM3PerHour * 1e6) / room.volume
    const fresh = room.airChanges * (state.co2 - outdoorCo2)
    state = {
      temperature: state.temperature + (goal - state.temperature) * (hours / 2.6) + between(rng, -0.04, 0.04),
      co2: Math.max(outdoorCo2 - 10, state.co2 + (breath - fresh) * hours + between(rng, -4, 4)),
    }
    temperature[i] = state.temperature
    co2[i] = state.co2
    humidity[i] = indoorHumidity(outside.temperature, outside.humidity, state.temperature) + people * 1.5
  }
  return { temperature, humidity, co2, end: state }
}

export function peopleIn(room: Room, world: World, second: number): number {
  const awake = world.presence.awake(second)
  const asleep = world.presence.inside(second) - awake
  return awake * room.awakeShare + asleep * room.asleepShare
}

/** Outdoor air brought to room temperature keeps its water: colder outside is drier inside. (Magnus) */
function indoorHumidity(outdoor: number, humidity: number, indoor: number): number {
  const saturation = (celsius: number) => Math.exp((17.62 * celsius) / (243.12 + celsius))
  const carried = (humidity * saturation(outdoor)) / saturation(indoor)
  return Math.max(12, Math.min(85, carried + 8))
}

/** The value at `second`, on a line between its steps. */
export function roomValueAt(values: Float64Array, second: number): number {
  const at = second / roomStepSeconds
  const before = Math.min(values.length - 1, Math.floor(at))
  const after = Math.min(values.length - 1, before + 1)
  return values[before] + (values[after] - values[before]) * (at - before)
}
