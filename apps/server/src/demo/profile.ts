/**
 * Power over one day: constant from each start to the next. Starts are whole seconds and powers whole tenths of a watt,
 * so energies are whole tenths of a joule and add up exactly, over a year too.
 */
export interface Profile {
  /** Seconds since the day began; the first is 0. */
  readonly starts: Int32Array
  /** Tenths of a watt. */
  readonly power: Int32Array
  /** Tenths of a joule used before each start. */
  readonly energy: Float64Array
  /** Length of the day. */
  readonly seconds: number
}

/** Tenths of a joule in a watt-hour. */
export const perWh = 36_000

/** @param starts ascending, the first 0 */
export function profile(starts: Int32Array, power: Int32Array, seconds: number): Profile {
  const energy = new Float64Array(starts.length)
  for (let i = 1; i < starts.length; i++)
    energy[i] = energy[i - 1] + power[i - 1] * (starts[i] - starts[i - 1])
  return { starts, power, energy, seconds }
}

/** A profile from a power for each step of the day, W. */
export function stepped(seconds: number, stepSeconds: number, watts: (second: number) => number): Profile {
  const count = Math.ceil(seconds / stepSeconds)
  const starts = new Int32Array(count)
  const power = new Int32Array(count)
  for (let i = 0; i < count; i++) {
    starts[i] = i * stepSeconds
    power[i] = Math.round(watts(i * stepSeconds) * 10)
  }
  return profile(starts, power, seconds)
}

/** Index of the step that holds `second`. */
export function stepAt({ starts }: Profile, second: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (starts[middle] <= second) low = middle
    else high = middle - 1
  }
  return low
}

/** W at `second`. */
export const wattsAt = (p: Profile, second: number) => p.power[stepAt(p, second)] / 10

/** Tenths of a joule from the day's begin to `second`. */
export function energyAt(p: Profile, second: number): number {
  const step = stepAt(p, second)
  return p.energy[step] + p.power[step] * (second - p.starts[step])
}

export const energyOf = (p: Profile) => energyAt(p, p.seconds)

/** The part above zero, or below it with its sign turned: a meter's import and export. */
export function rectified(p: Profile, sign: 1 | -1): Profile {
  // Most devices only draw: their import is their power, their export nothing.
  if (sign === 1 && p.power.every(power => power >= 0)) return p
  if (p.power.every(power => sign * power <= 0)) return profile(Int32Array.of(0), Int32Array.of(0), p.seconds)
  return profile(
    p.starts,
    p.power.map(power => Math.max(0, sign * power)),
    p.seconds,
  )
}

/** Appliances that come and go, laid over each other. */
export class Load {
  readonly #seconds: number
  #edges: { at: number; change: number }[] = []

  constructor(seconds: number) {
    this.#seconds = seconds
  }

  /** `watts` from `from` to `to` (seconds, rounded); what lies outside the day is cut. */
  add(from: number, to: number, watts: number): this {
    const start = Math.max(0, Math.round(from))
    const end = Math.min(this.#seconds, Math.round(to))
    const change = Math.round(watts * 10)
    if (start < end && change !== 0) this.#edges.push({ at: start, change }, { at: end, change: -change })
    return this
  }

  /** @param mostWatts what one element can draw: it is either on or off, however often it was asked for */
  build(mostWatts = Number.POSITIVE_INFINITY): Profile {
    const edges = this.#edges.sort((a, b) => a.at - b.at)
    const starts = [0]
    const power = [0]
    for (const { at, change } of edges) {
      if (at >= this.#seconds) break
      if (at !== starts.at(-1)) {
        starts.push(at)
        power.push(power.at(-1)!)
      }
      power[power.length - 1] += change
    }
    const most = mostWatts * 10
    return profile(
      Int32Array.from(starts),
      Int32Array.from(power, now => Math.min(most, now)),
      this.#seconds,
    )
  }
}

/** The longest day has 25 hours. Zero between two uses. */
const changes = new Int32Array(25 * 3600)
/** A bit for each second at which some profile has a step. */
const edges = new Uint32Array(changes.length / 32 + 1)

/** Several profiles of one day added up; exact. */
export function sum(profiles: readonly Profile[], seconds: number): Profile {
  let most = 1
  edges[0] = 1
  for (const { starts, power } of profiles) {
    most += starts.length
    for (let i = 0; i < starts.length; i++) {
      const start = starts[i]
      changes[start] += power[i] - (i > 0 ? power[i - 1] : 0)
      edges[start >>> 5] |= 1 << (start & 31)
    }
  }
  return accumulated(most, seconds)
}

/** The steps that `changes` and `edges` hold, at most so many; both are zero again afterwards. */
function accumulated(most: number, seconds: number): Profile {
  const starts = new Int32Array(most)
  const power = new Int32Array(most)
  let now = 0
  let at = 0
  for (let word = 0; word < edges.length; word++) {
    for (let bits = edges[word]; bits !== 0; bits &= bits - 1) {
      const second = word * 32 + 31 - Math.clz32(bits & -bits)
      now += changes[second]
      changes[second] = 0
      starts[at] = second
      power[at++] = now
    }
    edges[word] = 0
  }
  return profile(starts.slice(0, at), power.slice(0, at), seconds)
}

/** The same with its sign turned. */
export const negated = (p: Profile) =>
  profile(
    p.starts,
    p.power.map(power => -power),
    p.seconds,
  )
