import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { refreshRules } from '../../api/rules.ts'
import { useLive } from '../../live/context.tsx'

/** A rule may say very much: what is new is asked for at most so often, ms. */
const pauseMs = 1000

/** Asks again for what the page shows of rules when one of them, or this one, says something. */
export function useFollowSaid(site: string, rule?: string): void {
  const live = useLive()
  const client = useQueryClient()
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const soon = () => {
      timer ??= setTimeout(() => {
        timer = undefined
        void refreshRules(client, site)
      }, pauseMs)
    }
    const ends = [
      live.onSaid(({ data }) => {
        if (rule === undefined || data.rule === rule) soon()
      }),
      live.missed.subscribe(soon),
    ]
    return () => {
      clearTimeout(timer)
      for (const end of ends) end()
    }
  }, [site, rule, live, client])
}
