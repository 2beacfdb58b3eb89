import type { Instant } from '@ohmstead/model'
import type { Day } from './day.ts'
import { type Household, type Presence, presenceOf } from './presence.ts'
import type { Profile } from './profile.ts'
import { type Random, random } from './random.ts'
import { type Climate, irradiance, sunAt, type Weather, weatherOf } from './weather.ts'

/** What a site's devices live in for one day. A function of seed, site and date. */
export interface World {
  readonly seed: string
  readonly day: Day
  readonly climate: Climate
  readonly presence: Presence
  /** Every five minutes, held between. */
  weather(second: number): Weather
  /** At any instant, as it changes from second to second. */
  readonly sky: (at: Instant) => Weather
  /** On the level ground, W/m²; every five minutes, held between. */
  irradiance(second: number): number
  /** A sequence of its own for each name and day. */
  random(name: string): Random
}

/** What an appliance draws over a day. */
export type LoadModel = (world: World, name: string) => Profile

const stepSeconds = 300

export function worldOf(
  seed: string,
  place: { id: string; climate: Climate; household: Household },
  day: Day,
): World {
  const own = `${seed}/${place.id}`
  const count = Math.ceil(day.seconds / stepSeconds)
  const sky = weatherOf(seed, place.climate)
  const weather: Weather[] = []
  const light = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    const at = day.start + i * stepSeconds * 1000
    weather[i] = sky(at)
    light[i] = irradiance(sunAt(place.climate, at), weather[i].clouds)
  }
  const step = (second: number) => Math.min(count - 1, Math.floor(second / stepSeconds))
  return {
    seed: own,
    day,
    climate: place.climate,
    presence: presenceOf(own, place.household, day),
    weather: second => weather[step(second)],
    sky,
    irradiance: second => light[step(second)],
    random: name => random(own, name, day.date),
  }
}
