import { Load } from '../profile.ts'
import { between } from '../random.ts'
import type { LoadModel } from '../world.ts'

/** A fridge or freezer: cycles all day with a start spike and a slowly falling draw; more when it is warm and doors open. */
export function compressor(options: {
  watts: number
  duty: number
  cycleMinutes: number
  standby: number
}): LoadModel {
  return (world, name) => {
    const rng = world.random(name)
    const { seconds } = world.day
    const load = new Load(seconds).add(0, seconds, options.standby)
    const cycles = Math.round(seconds / 60 / options.cycleMinutes)
    const cycle = seconds / cycles
    for (let i = 0; i < cycles; i++) {
      const start = (i + between(rng, 0.05, 0.25)) * cycle
      const warm = 0.006 * (world.weather(start).temperature - 12)
      const opened = world.presence.awake(start) > 0 ? 0.05 : 0
      const on =
        cycle * Math.max(0.15, Math.min(0.7, options.duty + warm + opened + between(rng, -0.03, 0.03)))
      load.add(start, start + 1, options.watts * between(rng, 5, 9))
      load.add(start + 1, start + on * 0.4, options.watts * 1.06)
      load.add(start + on * 0.4, start + on, options.watts * 0.96)
    }
    return load.build()
  }
}
