import { clock } from '../day.ts'
import { ownStays } from '../presence.ts'
import { Load, stepped } from '../profile.ts'
import { between, hash, noise } from '../random.ts'
import type { LoadModel, World } from '../world.ts'

/** Laptop, monitors and lamp of one person; a flexible power with the work done, standby when nobody is there. */
export function desk(options: { watts: number; standby: number }): LoadModel {
  return (world, name) => {
    const rng = world.random(name)
    const load = new Load(world.day.seconds).add(0, world.day.seconds, options.standby)
    for (const { from, to } of ownStays(rng, world.day, world.presence))
      for (let at = from; at < to; at += 90)
        load.add(at, Math.min(to, at + 90), options.watts * between(rng, 0.7, 1.15) - options.standby)
    return load.build()
  }
}

/** Servers and their cooling, which works harder when it is hot outside. */
export function serverRack(options: { watts: number }): LoadModel {
  return (world, name) => {
    const own = hash(`${world.seed}/${name}`)
    return stepped(world.day.seconds, 60, second => {
      const now = world.day.start / 1000 + second
      const jobs = 0.12 * noise(own, now / 2400) + 0.03 * noise(own ^ 3, now / 130)
      const backup = second > clock(world.day, 1) && second < clock(world.day, 2.2) ? 0.14 : 0
      const servers = options.watts * (1 + jobs + backup)
      return servers * (1.12 + 0.012 * Math.max(0, world.weather(second).temperature - 12))
    })
  }
}

/** Fan speed, 0–1: working hours with some lead, more with more people, a night flush after hot days. */
export function fanSpeed(world: World, second: number): number {
  const { presence, day } = world
  if (presence.empty) return 0.15
  const open = second > clock(day, 6.5) && second < clock(day, 19)
  const flush = second < clock(day, 5) && world.weather(second).temperature > 17
  if (flush) return 0.5
  return open && day.weekday < 5 ? Math.min(1, 0.4 + presence.inside(second) / 45) : 0.2
}

/** Fans: power goes with the cube of the speed. */
export function ventilation(options: { watts: number }): LoadModel {
  return world => stepped(world.day.seconds, 300, second => 40 + options.watts * fanSpeed(world, second) ** 3)
}

/** Bean to cup: short bursts of heat with each coffee, a warm boiler between. */
export function coffeeMachine(options: { watts: number }): LoadModel {
  return (world, name) => {
    const rng = world.random(name)
    const { day, presence } = world
    const load = new Load(day.seconds).add(0, day.seconds, 2.5)
    if (presence.empty || day.weekday >= 5) return load.build()
    for (let at = clock(day, 7.5); at < clock(day, 17.5); at += 420) {
      load.add(at, at + 9, options.watts * 0.8)
      const people = presence.inside(at)
      for (let cup = 0; cup < people / 9; cup++) {
        const start = at + between(rng, 0, 400)
        load.add(start, start + between(rng, 25, 55), options.watts)
      }
    }
    return load.build(options.watts)
  }
}

/** Ceiling lights by zones: on with the first person in, dimmed by daylight. */
export function officeLighting(options: { watts: number }): LoadModel {
  return world =>
    stepped(world.day.seconds, 300, second => {
      const people = world.presence.inside(second)
      if (people === 0) return 35
      const dark = Math.max(0.15, Math.min(1, 1 - world.irradiance(second) / 500))
      return 35 + options.watts * dark * Math.min(1, 0.35 + people / 24)
    })
}
