import { clock } from '../day.ts'
import { Load } from '../profile.ts'
import { between } from '../random.ts'
import type { LoadModel } from '../world.ts'

/** Minutes and watts, one after the other. */
type Phase = readonly [minutes: number, watts: number]

/** 60 °C cotton: fill, heat, tumble to and fro, rinse, spin. */
export const washing: readonly Phase[] = [
  [3, 45],
  [17, 2060],
  [14, 170],
  [3, 60],
  [12, 190],
  [2, 430],
  [14, 180],
  [3, 55],
  [4, 420],
  [6, 610],
]

/** Eco 50 °C: pre-rinse, heat, wash, rinse, heat again, dry. */
export const dishes: readonly Phase[] = [
  [6, 70],
  [16, 1940],
  [48, 85],
  [5, 60],
  [14, 1910],
  [22, 75],
  [35, 4],
]

/**
 * A machine that runs its programme on some days, while somebody is up, and ends before midnight.
 * @param chance of a run on a working day and on a weekend day; weekends may have a second one
 */
export function programme(
  phases: readonly Phase[],
  options: { chance: readonly [number, number]; hours: readonly [number, number]; standby: number },
): LoadModel {
  const length = phases.reduce((minutes, [phase]) => minutes + phase, 0) * 60
  return (world, name) => {
    const rng = world.random(name)
    const { day } = world
    const load = new Load(day.seconds).add(0, day.seconds, options.standby)
    if (world.presence.empty || rng() > options.chance[day.weekday >= 5 ? 1 : 0]) return load.build()
    const start = Math.min(clock(day, between(rng, ...options.hours)), day.seconds - length * 1.1)
    run(load, phases, start, between(rng, 0.92, 1.06))
    const again = start + length * 1.4
    if (day.weekday >= 5 && rng() < 0.35 && again + length * 1.1 < day.seconds) run(load, phases, again, 1)
    return load.build()
  }
}

function run(load: Load, phases: readonly Phase[], start: number, stretch: number): void {
  let at = start
  for (const [minutes, watts] of phases) {
    const end = at + minutes * 60 * stretch
    if (watts > 100 && watts < 300) tumble(load, at, end, watts)
    else load.add(at, end, watts)
    at = end
  }
}

/** The drum turns 12 s of every 16. */
function tumble(load: Load, from: number, to: number, watts: number): void {
  for (let at = from; at < to; at += 16) {
    load.add(at, Math.min(to, at + 12), watts)
    load.add(at + 12, Math.min(to, at + 16), 8)
  }
}
