import { clock, type Day } from './day.ts'
import { bell, between, type Random, random } from './random.ts'

/** When one person is at the place, and awake, seconds since the day began. */
interface Stay {
  readonly from: number
  readonly to: number
}

/** Who is where over one day. */
export interface Presence {
  /** Nobody all day: holiday, weekend in the office. */
  readonly empty: boolean
  /** First up or first in; the day's length when nobody is. */
  readonly first: number
  /** Last to bed or last out. */
  readonly last: number
  /** People at the place. */
  inside(second: number): number
  /** Of those the ones who are awake. */
  awake(second: number): number
}

/** Where people live or work. */
export interface Household {
  readonly kind: 'home' | 'office'
  readonly people: number
  /** Nobody is there from the first day to the last, `['07-12', '07-26']`. */
  readonly holidays: readonly (readonly [string, string])[]
}

export function presenceOf(seed: string, household: Household, day: Day): Presence {
  const rng = random(seed, 'people', day.date)
  const date = day.date.slice(5)
  const away = household.holidays.some(([first, last]) => date >= first && date <= last)
  if (away) return of([], [], day)
  return household.kind === 'home' ? atHome(rng, household.people, day) : atWork(rng, household.people, day)
}

function atHome(rng: Random, people: number, day: Day): Presence {
  const inside: Stay[] = []
  const awake: Stay[] = []
  for (let person = 0; person < people; person++) {
    const weekend = day.weekday >= 5
    const up = clock(day, (weekend ? 8.4 : 6.5) + 0.4 * bell(rng))
    const bed = clock(day, Math.min(23.9, (weekend ? 23.2 : 22.6) + 0.4 * bell(rng)))
    const goesOut = rng() < (weekend ? 0.6 : 0.88)
    const out = goesOut
      ? Math.max(up + 1800, clock(day, weekend ? between(rng, 10, 14) : 7.9 + 0.3 * bell(rng)))
      : bed
    const back = goesOut
      ? Math.min(bed - 1800, out + 3600 * (weekend ? between(rng, 1.5, 5) : 8.4 + 0.9 * bell(rng)))
      : bed
    inside.push({ from: 0, to: out }, { from: back, to: day.seconds })
    awake.push({ from: up, to: out }, { from: back, to: bed })
  }
  return of(inside, awake, day)
}

function atWork(rng: Random, people: number, day: Day): Presence {
  const stays: Stay[] = []
  for (let person = 0; person < people; person++) {
    const comes = rng() < (day.weekday >= 5 ? 0.02 : day.weekday === 4 ? 0.55 : 0.78)
    const from = clock(day, 8.6 + 0.7 * bell(rng))
    const to = from + 3600 * (8.7 + 0.7 * bell(rng))
    const lunch = clock(day, 12.3 + 0.2 * bell(rng))
    if (comes) stays.push({ from, to: lunch }, { from: lunch + 2400, to })
  }
  return of(stays, stays, day)
}

/** The stay of one of the people at work, for a desk of one's own; same draw as `presenceOf`'s crowd is not needed. */
export function ownStays(rng: Random, day: Day, presence: Presence): readonly Stay[] {
  if (presence.empty || rng() > (day.weekday >= 5 ? 0.02 : 0.78)) return []
  const from = clock(day, 8.6 + 0.7 * bell(rng))
  const lunch = clock(day, 12.3 + 0.2 * bell(rng))
  return [
    { from, to: lunch },
    { from: lunch + 2400, to: from + 3600 * (8.7 + 0.7 * bell(rng)) },
  ]
}

function of(inside: readonly Stay[], awake: readonly Stay[], day: Day): Presence {
  const real = awake.filter(({ from, to }) => from < to)
  return {
    empty: inside.length === 0,
    first: Math.min(day.seconds, ...real.map(stay => stay.from)),
    last: Math.max(0, ...real.map(stay => stay.to)),
    inside: second => count(inside, second),
    awake: second => count(real, second),
  }
}

function count(stays: readonly Stay[], second: number): number {
  let people = 0
  for (const { from, to } of stays) if (second >= from && second < to) people++
  return people
}
