import type { Instant } from '@ohmstead/model'
import { cadenceMs, type DeviceLive } from './deviceLive.ts'

/**
 * `live`: speaks as often as it uses to. `late`: missed a few times. `silent`: long enough that its last value says
 * nothing about now. `off`: switched off by a person, so silence is expected. `new`: never heard.
 */
export type Liveness = 'live' | 'late' | 'silent' | 'off' | 'new'

const minute = 60_000
/** Before its cadence is known a device may be one that speaks every few minutes. */
const unknownCadence = { lateAfterMs: 2 * minute, silentAfterMs: 15 * minute }
/** Jitter of networks and of grouped sending. */
const shortest = { lateAfterMs: 15_000, silentAfterMs: 3 * minute }

export function limits(cadence: number | null): { lateAfterMs: number; silentAfterMs: number } {
  if (cadence === null) return unknownCadence
  return {
    lateAfterMs: Math.max(shortest.lateAfterMs, cadence * 3),
    silentAfterMs: Math.max(shortest.silentAfterMs, cadence * 10),
  }
}

export function liveness(
  live: Pick<DeviceLive, 'heardAt' | 'intervals' | 'connected'>,
  { enabled, now }: { enabled: boolean; now: Instant },
): Liveness {
  if (!enabled) return 'off'
  if (live.heardAt === null) return 'new'
  const age = now - live.heardAt
  const { lateAfterMs, silentAfterMs } = limits(cadenceMs(live))
  if (age <= lateAfterMs) return 'live'
  // A broken connection only confirms what the age already suggests: some devices connect for each reading anew.
  return age > silentAfterMs || live.connected === false ? 'silent' : 'late'
}

/** Whether its last value may still stand for now. */
export function holds(state: Liveness): boolean {
  return state === 'live' || state === 'late'
}
