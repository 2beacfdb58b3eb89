import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react'
import { ohmstead } from '../api/ohmstead.ts'
import { newestQuery } from '../api/queries.ts'
import { session } from '../api/session.ts'
import type { Signal } from '../api/signal.ts'
import { recall, remember } from '../offline/remembered.ts'
import type { DeviceLive } from './deviceLive.ts'
import { nextFrame } from './frame.ts'
import { SiteLive } from './siteLive.ts'
import { ticker } from './ticker.ts'
import { followWhileSeen } from './whileSeen.ts'

const Live = createContext<SiteLive | null>(null)

/** Follows one site for everything below; give it the site as `key`. */
export function LiveProvider({ site, children }: { site: string; children: ReactNode }) {
  const client = useQueryClient()
  const [live] = useState(
    () =>
      new SiteLive({
        events: options => ohmstead.events(site, options),
        latest: signal => ohmstead.latest(site, {}, { signal }),
        ahead: () => client.fetchQuery(newestQuery(site)),
        remembered: () => recall(latestKey(site)),
        schedule: nextFrame,
        after,
      }),
  )
  useEffect(() => {
    live.start()
    const again = session.onRestored(() => live.start())
    window.addEventListener('online', live.retryNow)
    const endKeeping = keepNewest(live, site)
    const endReturn = onReturn(live, () => void client.invalidateQueries())
    const endPauses = followWhileSeen(live, after)
    return () => {
      again()
      endKeeping()
      endReturn()
      endPauses()
      window.removeEventListener('online', live.retryNow)
      live.stop()
    }
  }, [live, site, client])
  return <Live value={live}>{children}</Live>
}

function after(delayMs: number, run: () => void): () => void {
  const timer = setTimeout(run, delayMs)
  return () => clearTimeout(timer)
}

/** Calls `run` when the server is there again after it was away: what the page shows may be what it remembered. */
function onReturn(live: SiteLive, run: () => void): () => void {
  let away = false
  return live.link.subscribe(() => {
    const { state } = live.link.get()
    if (state === 'waiting') away = true
    if (state !== 'open' || !away) return
    away = false
    run()
  })
}

const latestKey = (site: string) => `latest ${site}`
const keptEveryMs = 30_000

/** Keeps the newest values for a visit without a server: now and then, and when the page is left. */
function keepNewest(live: SiteLive, site: string): () => void {
  const keep = () => {
    if (live.link.get().state === 'open' && live.ready.get()) void remember(latestKey(site), live.newest())
  }
  const left = () => document.hidden && keep()
  const first = live.missed.subscribe(keep)
  const timer = setInterval(keep, keptEveryMs)
  document.addEventListener('visibilitychange', left)
  return () => {
    first()
    clearInterval(timer)
    document.removeEventListener('visibilitychange', left)
  }
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
