import { clock } from '../day.ts'
import { Load, stepped } from '../profile.ts'
import { between, random } from '../random.ts'
import type { LoadModel, World } from '../world.ts'

export interface HeatPump {
  /** Heat the house loses per kelvin, W/K. */
  readonly lossWattsPerKelvin: number
  /** Most and least electrical power of the modulating compressor, W. */
  readonly maxWatts: number
  readonly minWatts: number
  /** °C; below it the house is heated, above `coolAbove` cooled. */
  readonly setpoint: number
  readonly coolAbove: number | null
}

/** °C wanted now: lower at night and while nobody is at home for the day. */
export function targetTemperature(pump: HeatPump, world: World, second: number): number {
  if (world.presence.empty) return pump.setpoint - 5
  const night = second < clock(world.day, 5.5) || second > clock(world.day, 22.8)
  return pump.setpoint - (night ? 1.5 : 0)
}

/**
 * Air to air, following the weather: modulates down to its least power, then cycles; defrosts every hour or so when the
 * outdoor coil ices up. Efficiency falls with the temperature difference it has to lift.
 */
export function heatPump(pump: HeatPump): LoadModel {
  return (world, name) => {
    const rng = random(world.seed, name, world.day.date)
    const icing = between(rng, 55, 85)
    const cycleMinutes = between(rng, 16, 24)
    return stepped(world.day.seconds, 60, second => {
      const minute = second / 60
      const demand = wanted(pump, world, second)
      if (demand < 30) return 6
      const { temperature, humidity } = world.weather(second)
      if (temperature < 5 && temperature > -9 && humidity > 60 && minute % icing < 5)
        return pump.minWatts * 0.9
      if (demand >= pump.minWatts) return Math.min(pump.maxWatts, demand)
      return (minute % cycleMinutes) / cycleMinutes < demand / pump.minWatts ? pump.minWatts : 11
    })
  }
}

/** Electrical power that keeps the house at its target, W. */
function wanted(pump: HeatPump, world: World, second: number): number {
  const { temperature } = world.weather(second)
  const target = targetTemperature(pump, world, second)
  const gains = 130 * world.presence.inside(second) + 180 + 2.2 * world.irradiance(second)
  const loss = pump.lossWattsPerKelvin * (target - temperature) - gains
  if (loss > 0) return loss / Math.max(1.6, Math.min(5, 4.6 - 0.075 * (20 - temperature)))
  if (pump.coolAbove === null || temperature < pump.coolAbove || world.presence.inside(second) === 0) return 0
  const warmth = pump.lossWattsPerKelvin * (temperature - pump.coolAbove) + gains * 0.6
  return warmth / Math.max(2, 4.8 - 0.09 * (temperature - pump.coolAbove))
}

/** A tank with an element: reheats after showers, or all at once when night tariff begins at `nightHour`. */
export function waterHeater(options: { watts: number; nightHour: number | null }): LoadModel {
  return (world, name) => {
    const rng = world.random(name)
    const { day, presence } = world
    const load = new Load(day.seconds)
    const people = presence.empty ? 0 : Math.max(1, presence.inside(0))
    const usedWh = people * between(rng, 1100, 2000)
    const standing = (1400 / options.watts) * 3600
    if (options.nightHour !== null) {
      const start = clock(day, options.nightHour)
      return load.add(start, start + standing + (usedWh / options.watts) * 3600, options.watts).build()
    }
    for (let hour = 2; hour < 24; hour += 5) {
      const start = clock(day, hour + between(rng, 0, 2))
      load.add(start, start + standing / 5, options.watts)
    }
    if (people > 0) {
      const showers = (usedWh / options.watts) * 3600
      load.add(presence.first + 1500, presence.first + 1500 + showers * 0.65, options.watts)
      load.add(presence.last - 4500, presence.last - 4500 + showers * 0.35, options.watts)
    }
    return load.build(options.watts)
  }
}
