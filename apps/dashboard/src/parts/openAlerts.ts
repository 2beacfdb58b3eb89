import type { Alert } from '@ohmstead/sdk'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { keepOpen, openAlertsQuery } from '../api/said.ts'
import { useLive } from '../live/context.tsx'

/** The open alerts after one has changed, newest first. */
export function withAlert(open: readonly Alert[], changed: Alert): readonly Alert[] {
  const others = open.filter(({ id }) => id !== changed.id)
  if (changed.clearedAt !== null) return others.length === open.length ? open : others
  return [...others, changed].toSorted((a, b) => b.raisedAt - a.raisedAt)
}

const urgency = { high: 3, medium: 2, low: 1 } as const

/** The most urgent first; of equal ones the newest. */
export function byUrgency(open: readonly Alert[]): readonly Alert[] {
  return open.toSorted((a, b) => urgency[b.severity] - urgency[a.severity] || b.raisedAt - a.raisedAt)
}

/** How many alerts are open; undefined until that is known. */
export function useOpenCount(site: string): number | undefined {
  return useQuery(openAlertsQuery(site)).data?.length
}

/** Keeps the open alerts up to date by what the site's stream tells; once for all pages of the site. */
export function useFollowAlerts(site: string): void {
  const live = useLive()
  const client = useQueryClient()
  useEffect(() => {
    const { queryKey } = openAlertsQuery(site)
    const again = () => void client.invalidateQueries({ queryKey })
    const ends = [
      live.onSaid(({ type, data }) => {
        if (type !== 'alert') return
        const open = client.setQueryData(queryKey, known => known && withAlert(known, data))
        if (open !== undefined) keepOpen(site, open)
      }),
      live.missed.subscribe(again),
    ]
    return () => {
      for (const end of ends) end()
    }
  }, [site, live, client])
}
