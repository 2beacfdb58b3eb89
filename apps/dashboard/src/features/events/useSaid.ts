import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { keepSaid, newestSaid, type SaidFilter, saidQuery } from '../../api/said.ts'
import { useLive } from '../../live/context.tsx'
import { changesThePast, itemsOf, merged } from './timeline.ts'

/** A rule may say very much: what is new is asked for at most so often, ms. */
const pauseMs = 1000

/** What rules said, page by page, with what they say from now on. */
export function useSaid(site: string, filter: SaidFilter) {
  const live = useLive()
  const client = useQueryClient()
  const { kind, rule, device } = filter
  // biome-ignore lint/correctness/useExhaustiveDependencies: the parts stand for the filter
  useEffect(() => {
    const { queryKey } = saidQuery(site, filter)
    const stop = new AbortController()
    const all = () => void client.invalidateQueries({ queryKey })
    const newest = async () => {
      const items = await newestSaid(site, filter, stop.signal)
      const pages = client.getQueryData(queryKey)
      const next = pages && merged(pages, items)
      if (next === undefined) return all()
      client.setQueryData(queryKey, next)
      keepSaid(site, filter, next)
    }
    const soon = paced(() => newest().catch(() => {}), pauseMs)
    const again = paced(all, pauseMs)
    const ends = [
      live.onSaid(said => {
        const pages = client.getQueryData(queryKey)
        if (pages && changesThePast(said, itemsOf(pages))) again.call()
        else soon.call()
      }),
      live.missed.subscribe(again.call),
      soon.end,
      again.end,
    ]
    return () => {
      stop.abort()
      for (const end of ends) end()
    }
  }, [site, kind, rule, device, live, client])
  return useInfiniteQuery(saidQuery(site, filter))
}

/** Runs at once, and again after the pause if it was called meanwhile. */
function paced(run: () => void, pauseMs: number): { call: () => void; end: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  let again = false
  const call = () => {
    if (timer !== undefined) {
      again = true
      return
    }
    run()
    timer = setTimeout(() => {
      timer = undefined
      if (again) call()
      again = false
    }, pauseMs)
  }
  return { call, end: () => clearTimeout(timer) }
}

/**
 * Whether the element is in sight.
 * @param initially until that is known
 * @param margin around the screen that counts as well, as CSS writes it
 */
export function useInSight<E extends Element>(initially: boolean, margin = '0px') {
  const element = useRef<E>(null)
  const [inSight, setInSight] = useState(initially)
  useEffect(() => {
    const observer = new IntersectionObserver(entries => setInSight(entries.at(-1)!.isIntersecting), {
      rootMargin: margin,
    })
    if (element.current !== null) observer.observe(element.current)
    return () => observer.disconnect()
  }, [margin])
  return { element, inSight }
}
