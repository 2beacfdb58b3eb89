import { clock } from '../day.ts'
import { Load } from '../profile.ts'
import { between } from '../random.ts'
import type { LoadModel } from '../world.ts'

/** Charges in the night after days on which the car was driven; tapers off when nearly full. */
export function carAtHome(options: { watts: number; hour: number; standby: number }): LoadModel {
  return (world, name) => {
    const rng = world.random(name)
    const { day } = world
    const load = new Load(day.seconds).add(0, day.seconds, options.standby)
    if (rng() < (world.presence.empty ? 0.9 : 0.35)) return load.build()
    charge(load, clock(day, options.hour) + between(rng, 0, 900), options.watts, between(rng, 5_000, 24_000))
    return load.build()
  }
}

/** One socket of a company's car park: a session after arrival, sometimes a second one after lunch. */
export function carAtWork(options: { watts: number; standby: number }): LoadModel {
  return (world, name) => {
    const rng = world.random(name)
    const { day, presence } = world
    const load = new Load(day.seconds).add(0, day.seconds, options.standby)
    for (const [hour, chance] of [
      [between(rng, 7.6, 9.3), 0.75],
      [between(rng, 13, 14.2), 0.4],
    ])
      if (!presence.empty && day.weekday < 5 && rng() < chance)
        charge(load, clock(day, hour), options.watts, between(rng, 6_000, 26_000))
    return load.build()
  }
}

function charge(load: Load, start: number, watts: number, energyWh: number): void {
  const main = ((energyWh * 0.92) / watts) * 3600
  load.add(start, start + main, watts)
  for (let step = 0; step < 6; step++)
    load.add(start + main + step * 240, start + main + (step + 1) * 240, watts * (0.75 - step * 0.11))
}
