import { type Profile, profile } from './profile.ts'

export interface Battery {
  /** Usable, Wh. */
  readonly capacityWh: number
  /** Most it charges or discharges, W, on the mains side. */
  readonly maxWatts: number
  /** Of what goes in, the share that is stored; of what is stored, the share that comes out. */
  readonly efficiency: number
}

export interface BatteryDay {
  /** On the mains side, tenths of a watt: + charges. */
  readonly power: Profile
  /** Wh stored at each of the profile's starts. */
  readonly stored: Float64Array
  readonly storedAtEnd: number
}

/** Below this the battery rests, tenths of a watt. */
const rest = 200

/**
 * Self-consumption: takes what the house has over, gives what it lacks.
 * @param net of the house without battery; + is taken from the grid
 */
export function batteryDay(battery: Battery, net: Profile, storedWh: number): BatteryDay {
  const starts: number[] = []
  const power: number[] = []
  const stored: number[] = []
  let charge = storedWh
  for (let step = 0; step < net.starts.length; step++) {
    const end = step + 1 < net.starts.length ? net.starts[step + 1] : net.seconds
    for (let at = net.starts[step]; at < end; ) {
      const wanted = setpoint(battery, net.power[step], charge)
      const seconds = Math.min(end - at, secondsTillLimit(battery, wanted, charge))
      if (power.at(-1) !== wanted) {
        starts.push(at)
        power.push(wanted)
        stored.push(charge)
      }
      charge += change(battery, wanted, seconds)
      at += seconds
    }
  }
  const powers = profile(Int32Array.from(starts), Int32Array.from(power), net.seconds)
  return { power: powers, stored: Float64Array.from(stored), storedAtEnd: charge }
}

/** Tenths of a watt, + charges. */
function setpoint(battery: Battery, net: number, charge: number): number {
  const most = battery.maxWatts * 10
  const wanted = Math.max(-most, Math.min(most, -net))
  if (Math.abs(wanted) < rest) return 0
  // A full or empty battery waits for one more minute's worth of room before it starts again.
  const minuteWh = Math.abs(wanted) / 600
  if (wanted > 0) return charge + minuteWh * battery.efficiency <= battery.capacityWh ? wanted : 0
  return charge - minuteWh / battery.efficiency >= 0 ? wanted : 0
}

function secondsTillLimit(battery: Battery, power: number, charge: number): number {
  const whPerSecond = change(battery, power, 1)
  if (whPerSecond === 0) return Number.POSITIVE_INFINITY
  const room = whPerSecond > 0 ? battery.capacityWh - charge : -charge
  return Math.max(1, Math.floor(room / whPerSecond))
}

/** Wh that `seconds` at this power add to what is stored. */
function change(battery: Battery, power: number, seconds: number): number {
  const wh = (power * seconds) / 36_000
  return power > 0 ? wh * battery.efficiency : wh / battery.efficiency
}

/** Wh stored at `second`. */
export function storedAt(
  battery: Battery,
  { power, stored }: BatteryDay,
  second: number,
  step: number,
): number {
  return stored[step] + change(battery, power.power[step], second - power.starts[step])
}
