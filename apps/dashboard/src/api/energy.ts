import { body, type EnergyQuery } from '@ohmstead/sdk'
import { queryOptions } from '@tanstack/react-query'
import { ohmstead } from './ohmstead.ts'
import { siteKey } from './queries.ts'

const minute = 60_000

/** Everything that changes when energy is corrected. */
export const ledgerKey = (site: string) => [...siteKey(site), 'ledger'] as const

/** @param open whether the present is in the range, so that the answer goes on changing */
export const energyQuery = (site: string, query: EnergyQuery, open: boolean) =>
  queryOptions({
    queryKey: [...ledgerKey(site), 'energy', query],
    queryFn: ({ signal }) => ohmstead.energy(site, query, { signal }),
    staleTime: open ? minute / 2 : 5 * minute,
    refetchInterval: open ? minute : false,
  })

interface Range {
  readonly from: string
  readonly to: string
}

export const slotsQuery = (site: string, device: string, range: Range) =>
  queryOptions({
    queryKey: [...ledgerKey(site), 'slots', device, range],
    queryFn: ({ signal }) =>
      body(
        ohmstead.rest.GET('/api/sites/{site}/devices/{device}/slots', {
          params: { path: { site, device }, query: range },
          signal,
        }),
      ),
    staleTime: minute / 2,
  })
export type EnergySlot = Awaited<
  ReturnType<NonNullable<ReturnType<typeof slotsQuery>['queryFn']>>
>['slots'][number]

/** Slots that changed after they were final, newest first; at most 500, which is said by `next`. */
export const revisionsQuery = (site: string, about: Partial<Range> & { readonly device?: string }) =>
  queryOptions({
    queryKey: [...ledgerKey(site), 'revisions', about],
    queryFn: ({ signal }) =>
      body(
        ohmstead.rest.GET('/api/sites/{site}/revisions', {
          params: { path: { site }, query: { ...about, limit: 500 } },
          signal,
        }),
      ),
    staleTime: minute / 2,
  })
export type Revisions = Awaited<ReturnType<NonNullable<ReturnType<typeof revisionsQuery>['queryFn']>>>
export type Revision = Revisions['items'][number]

/** Every correction, undone ones too, oldest first; of one device or of all. */
export const editsQuery = (site: string, device?: string) =>
  queryOptions({
    queryKey: [...ledgerKey(site), 'edits', device ?? null],
    queryFn: async ({ signal }) => {
      const path = '/api/sites/{site}/edits'
      const query = device === undefined ? {} : { device }
      return (await body(ohmstead.rest.GET(path, { params: { path: { site }, query }, signal }))).items
    },
    staleTime: minute / 2,
  })
export type SavedEdit = Awaited<ReturnType<NonNullable<ReturnType<typeof editsQuery>['queryFn']>>>[number]

export const virtualMetersQuery = (site: string) =>
  queryOptions({
    queryKey: [...ledgerKey(site), 'virtual-meters'],
    queryFn: async ({ signal }) => {
      const path = '/api/sites/{site}/virtual-meters'
      return (await body(ohmstead.rest.GET(path, { params: { path: { site } }, signal }))).items
    },
    staleTime: minute,
  })
export type VirtualMeter = Awaited<
  ReturnType<NonNullable<ReturnType<typeof virtualMetersQuery>['queryFn']>>
>[number]

/** Why a slot is as it is. @param slot any time in it */
export const explanationQuery = (site: string, device: string, slot: string) =>
  queryOptions({
    queryKey: [...ledgerKey(site), 'explanation', device, slot],
    queryFn: ({ signal }) =>
      body(
        ohmstead.rest.GET('/api/sites/{site}/devices/{device}/energy/explain', {
          params: { path: { site, device }, query: { slot } },
          signal,
        }),
      ),
    staleTime: minute / 2,
  })
export type Explanation = Awaited<ReturnType<NonNullable<ReturnType<typeof explanationQuery>['queryFn']>>>
