import type { Replay, ReplayChange } from '@ohmstead/sdk'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ohmstead } from '../../api/ohmstead.ts'
import { replaysQuery } from '../../api/said.ts'
import { useMessages } from '../../i18n/context.tsx'
import { explain } from '../../ui/explain.ts'

/** What can be done to it, and why it was not. */
export function useDeeds({ site, id }: Replay) {
  const messages = useMessages()
  const client = useQueryClient()
  const change = useMutation({
    mutationFn: (change: ReplayChange) => ohmstead.changeReplay(site, id, change),
  })
  const stop = useMutation({
    mutationFn: () => ohmstead.stopReplay(site, id),
    onSuccess: () => client.invalidateQueries({ queryKey: replaysQuery(site).queryKey }),
  })
  const error = change.error ?? stop.error
  const said = error === null ? null : explain(error, messages)
  return { change, stop, failed: said === null ? null : [said.happened, said.todo].filter(Boolean).join(' ') }
}
