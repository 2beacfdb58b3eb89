import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { siteKey } from '../../api/queries.ts'
import { useLive } from '../../live/context.tsx'

/** The ledger follows readings within seconds, and speaks of every slot: asking more often shows nothing new. */
const restMs = 5000

/** Asks for today's energy again when the ledger changed it, and after a connection that was lost. */
export function useFreshEnergy(site: string): void {
  const live = useLive()
  const client = useQueryClient()
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const soon = () => {
      timer ??= setTimeout(() => {
        timer = undefined
        void client.invalidateQueries({ queryKey: [...siteKey(site), 'energy'] })
      }, restMs)
    }
    const ends = [live.slots.subscribe(soon), live.missed.subscribe(soon)]
    return () => {
      clearTimeout(timer)
      for (const end of ends) end()
    }
  }, [site, live, client])
}
