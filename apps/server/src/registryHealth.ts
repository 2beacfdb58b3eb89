import type { Clock } from '@ohmstead/model'
import type { Registry } from '@ohmstead/registry'
import type { Health } from './health.ts'

const everyMs = 5_000

export interface RegistryHealthParts {
  readonly registry: Pick<Registry, 'ping' | 'refresh'>
  readonly health: Pick<Health, 'trouble' | 'well'>
  readonly clock: Clock
}

/**
 * Asks the database now and then whether it answers, so that `/readyz` tells before somebody stumbles. Readings of known
 * devices are taken meanwhile: they need memory only. What is in memory is read again once it is back.
 */
export function watchRegistryHealth({ registry, health, clock }: RegistryHealthParts): {
  /** A connection was lost: asks at once. */
  look: () => void
  stop: () => void
} {
  let cancel = () => {}
  let stopped = false
  let asking = false
  let away = false
  const ask = async () => {
    try {
      await (away ? registry.refresh() : registry.ping())
      away = false
      health.well('registry')
    } catch (error) {
      away = true
      health.trouble('registry', (error as Error).message, clock.now())
    }
  }
  const look = () => {
    if (stopped || asking) return
    asking = true
    void ask().finally(() => {
      asking = false
      cancel()
      if (!stopped) cancel = clock.after(everyMs, look)
    })
  }
  look()
  return {
    look,
    stop() {
      stopped = true
      cancel()
    },
  }
}
