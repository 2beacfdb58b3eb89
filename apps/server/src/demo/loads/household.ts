import { clock } from '../day.ts'
import { Load, stepped } from '../profile.ts'
import { bell, between, hash, noise } from '../random.ts'
import type { LoadModel } from '../world.ts'

/** Water for tea: two to four minutes at full power, after getting up and now and then while somebody is awake. */
export function kettle(options: { watts: number; perDay: number }): LoadModel {
  return (world, name) => {
    const rng = world.random(name)
    const { day, presence } = world
    const load = new Load(day.seconds)
    if (presence.empty) return load.build()
    const times = [presence.first + 600]
    for (let i = 1; i < options.perDay; i++) times.push(between(rng, presence.first, presence.last))
    for (const at of times)
      if (presence.awake(at) > 0) load.add(at, at + between(rng, 110, 240), options.watts)
    return load.build(options.watts)
  }
}

/** Television and what stands around it: on through the evening while somebody is up. */
export function entertainment(options: { watts: number; standby: number }): LoadModel {
  return (world, name) => {
    const rng = world.random(name)
    const { day, presence } = world
    const load = new Load(day.seconds).add(0, day.seconds, options.standby)
    const on = clock(day, 18.6 + 0.6 * bell(rng))
    const off = Math.min(presence.last - 300, on + 3600 * between(rng, 1, 4.5))
    for (let at = on; at < off; at += 45)
      load.add(at, Math.min(off, at + 45), options.watts * between(rng, 0.82, 1.12) - options.standby)
    return load.build()
  }
}

/** Cooker: breakfast now and then, dinner mostly; plates switch on and off under their thermostats. */
export function cooker(options: { watts: number }): LoadModel {
  return (world, name) => {
    const rng = world.random(name)
    const { day, presence } = world
    const load = new Load(day.seconds)
    for (const [hour, chance, minutes] of [
      [presence.first / 3600 + 0.4, 0.25, 9],
      [12.6, day.weekday >= 5 ? 0.5 : 0.1, 25],
      [18.1 + 0.4 * bell(rng), 0.82, 38],
    ]) {
      const start = clock(day, Math.min(22, hour))
      if (rng() > chance || presence.awake(start) === 0) continue
      for (let at = start; at < start + minutes * 60; at += 60)
        load.add(
          at,
          at + (at < start + 300 ? 60 : between(rng, 14, 40)),
          options.watts * between(rng, 0.8, 1),
        )
    }
    return load.build()
  }
}

/** Lamps: on where people are awake and daylight is short of what they need. */
export function lighting(options: { watts: number; standby: number }): LoadModel {
  return (world, name) => {
    const rng = world.random(name)
    const draws = Float64Array.from({ length: 30 }, () => between(rng, 0.7, 1.15))
    const most = 4
    return stepped(world.day.seconds, 600, second => {
      const awake = Math.min(most, world.presence.awake(second))
      if (awake === 0) return options.standby
      const dark = Math.max(0, Math.min(1, 1 - world.irradiance(second) / 120))
      return options.standby + options.watts * dark * (0.4 + 0.15 * awake) * draws[Math.floor(second / 3600)]
    })
  }
}

/** Routers, chargers, pumps, everything without a plug of its own. */
export function background(options: { watts: number; perPerson: number }): LoadModel {
  return (world, name) => {
    const own = hash(`${world.seed}/${name}`)
    return stepped(world.day.seconds, 120, second => {
      const wander = 1 + 0.12 * noise(own, (world.day.start / 1000 + second) / 1700)
      const flicker = 1 + 0.05 * noise(own ^ 7, (world.day.start / 1000 + second) / 190)
      return (options.watts + options.perPerson * world.presence.awake(second)) * wander * flicker
    })
  }
}

/** Runs at fixed hours, longer in the warm half of the year (pool pump). */
export function scheduled(options: {
  watts: number
  from: number
  hours: readonly [number, number]
}): LoadModel {
  return (world, name) => {
    const rng = world.random(name)
    const warm = Math.max(0, Math.min(1, (world.weather(43_200).temperature - 10) / 18))
    const hours = options.hours[0] + (options.hours[1] - options.hours[0]) * warm
    const start = clock(world.day, options.from)
    return new Load(world.day.seconds)
      .add(start, start + hours * 3600, options.watts * between(rng, 0.97, 1.03))
      .build()
  }
}
