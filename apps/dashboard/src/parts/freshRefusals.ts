import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { quarantineQuery } from '../api/queries.ts'
import { useLive } from '../live/context.tsx'

/** A device that sends nonsense does it often: the list is asked for again at most once in two seconds. */
export function useFreshRefusals(site: string): void {
  const live = useLive()
  const client = useQueryClient()
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const soon = () => {
      timer ??= setTimeout(() => {
        timer = undefined
        void client.invalidateQueries({ queryKey: quarantineQuery(site).queryKey })
      }, 2000)
    }
    const ends = [live.refusals.subscribe(soon), live.missed.subscribe(soon)]
    return () => {
      clearTimeout(timer)
      for (const end of ends) end()
    }
  }, [site, live, client])
}
