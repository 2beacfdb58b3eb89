import type { Device } from '@ohmstead/sdk'
import type { DeviceLive } from '../../live/deviceLive.ts'
import { powerOf } from '../../live/deviceLive.ts'
import { holds, liveness } from '../../live/liveness.ts'

/** Power of all meters together, W, + draws, − feeds in. `known` of `all` meters are in it; null when none is. */
export interface Total {
  readonly watts: number | null
  readonly known: number
  readonly all: number
}

/** Meters that no other meter of the list measures as well: nothing is counted twice. */
export function topMeters(
  devices: readonly Device[],
  live: (id: string) => DeviceLive | undefined,
): Device[] {
  const meters = devices.filter(device => {
    const now = live(device.id)
    return device.enabled && now !== undefined && powerOf(now) !== null
  })
  const ids = new Set(meters.map(meter => meter.id))
  return meters.filter(meter => meter.submeterOf === null || !ids.has(meter.submeterOf))
}

export function totalPower(
  meters: readonly Device[],
  live: (id: string) => DeviceLive | undefined,
  now: number,
): Total {
  let watts = 0
  let known = 0
  for (const meter of meters) {
    const state = live(meter.id)
    if (state === undefined || !holds(liveness(state, { enabled: true, now }))) continue
    watts += powerOf(state)?.value ?? 0
    known++
  }
  return { watts: known === 0 ? null : watts, known, all: meters.length }
}
