import type { Profile } from '@ohmstead/sdk'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { membersQuery, profileQuery } from '../api/queries.ts'
import { useMessages } from '../i18n/context.tsx'

/**
 * Names of a site's people by their ids; "you" for the reader, null for who is not known by name.
 * @param mayAsk whether the reader may see who the members are
 */
export function usePersonName(site: string, mayAsk: boolean): (id: string) => string | null {
  const { events } = useMessages()
  const profile = useQueryClient().getQueryData<Profile | null>(profileQuery.queryKey)
  const members = useQuery({ ...membersQuery(site), enabled: mayAsk })
  return id =>
    id === profile?.id ? events.you : (members.data?.find(({ person }) => person === id)?.name ?? null)
}
