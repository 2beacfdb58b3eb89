import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react'
import { ohmstead } from '../api/ohmstead.ts'
import { session } from '../api/session.ts'
import type { Signal } from '../api/signal.ts'
import type { DeviceLive } from './deviceLive.ts'
import { nextFrame } from './frame.ts'
import { SiteLive } from './siteLive.ts'
import { ticker } from './ticker.ts'

const Live = createContext<SiteLive | null>(null)

/** Follows one site for everything below; give it the site as `key`. */
export function LiveProvider({ site, children }: { site: string; children: ReactNode }) {
  const [live] = useState(
    () =>
      new SiteLive({
        events: options => ohmstead.events(site, options),
        latest: signal => ohmstead.latest(site, {}, { signal }),
        schedule: nextFrame,
        after: (delayMs, run) => {
          const timer = setTimeout(run, delayMs)
          return () => clearTimeout(timer)
        },
      }),
  )
  useEffect(() => {
    live.start()
    const again = session.onRestored(() => live.start())
    window.addEventListener('online', live.retryNow)
    return () => {
      again()
      window.removeEventListener('online', live.retryNow)
      live.stop()
    }
  }, [live])
  return <Live value={live}>{children}</Live>
}

export function useLive(): SiteLive {
  const live = useContext(Live)
  if (live === null) throw new Error('useLive outside a LiveProvider')
  return live
}

export function useSignal<Value>(signal: Signal<Value>): Value {
  return useSyncExternalStore(signal.subscribe, signal.get)
}

/** The device as it is now; renders again only when it changes. */
export function useDeviceLive(device: string): DeviceLive | undefined {
  const live = useLive()
  return useSyncExternalStore(
    listener => live.subscribe(device, listener),
    () => live.device(device),
  )
}

/** Something that follows from the time; renders again only when the answer changes (compared with Object.is). */
export function useAt<Value>(of: (now: number) => Value): Value {
  return useSyncExternalStore(ticker.subscribe, () => of(ticker.now.get()))
}
