import type { Profile } from '@ohmstead/sdk'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { membersQuery, profileQuery } from '../api/queries.ts'

/**
 * Names of a site's people by their ids; null for who is not known by name.
 * @param mayAsk whether the reader may see who the members are
 * @param you what the reader is called, which not every language says alike in all places
 */
export function usePersonName(site: string, mayAsk: boolean, you: string): (id: string) => string | null {
  const profile = useQueryClient().getQueryData<Profile | null>(profileQuery.queryKey)
  const members = useQuery({ ...membersQuery(site), enabled: mayAsk })
  return id => (id === profile?.id ? you : (members.data?.find(({ person }) => person === id)?.name ?? null))
}
