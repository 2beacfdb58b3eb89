import type { Device } from '@ohmstead/sdk'
import { useAt, useLive, useSignal } from '../../live/context.tsx'
import { ticker } from '../../live/ticker.ts'
import { type Total, topMeters, totalPower } from './total.ts'

/** The site's power now; renders again when any device changes, and as time passes over one that fell silent. */
export function useTotal(devices: readonly Device[]): Total {
  const live = useLive()
  useSignal(live.version)
  useAt(now => Math.floor(now / 5000))
  const of = (id: string) => live.device(id)
  return totalPower(topMeters(devices, of), of, ticker.now.get())
}
