import { type Profile, type ReadingsQuery, Unauthenticated } from '@ohmstead/sdk'
import { queryOptions } from '@tanstack/react-query'
import { orRemembered } from '../offline/orRemembered.ts'
import { forgetAll, recall } from '../offline/remembered.ts'
import { ohmstead } from './ohmstead.ts'

const minute = 60_000

/** The person whose page this is, or null when nobody is signed in. */
export const profileQuery = queryOptions({
  queryKey: ['profile'],
  queryFn: ({ signal }) =>
    orRemembered('profile', async () => {
      const before = recall<Profile | null>('profile')
      const profile = await whoami(signal)
      // What is remembered of one person is not shown to the next.
      if ((await before)?.id !== profile?.id) await forgetAll()
      return profile
    }),
  staleTime: 5 * minute,
})

async function whoami(signal: AbortSignal): Promise<Profile | null> {
  try {
    return await ohmstead.whoami({ signal })
  } catch (error) {
    if (error instanceof Unauthenticated) return null
    throw error
  }
}

export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: ({ signal }) => ohmstead.setupNeeded({ signal }),
  staleTime: 5 * minute,
})

export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: ({ signal }) => ohmstead.health({ signal }),
  staleTime: minute / 2,
  refetchInterval: minute / 2,
})

export const connectionQuery = queryOptions({
  queryKey: ['connection'],
  queryFn: ({ signal }) => ohmstead.connection({ signal }),
  staleTime: 5 * minute,
})

export const sitesQuery = queryOptions({
  queryKey: ['sites'],
  queryFn: ({ signal }) => orRemembered('sites', () => Array.fromAsync(ohmstead.sites({ signal }))),
  staleTime: minute,
})

export const siteKey = (site: string) => ['site', site] as const

export const devicesQuery = (site: string) =>
  queryOptions({
    queryKey: [...siteKey(site), 'devices'],
    queryFn: ({ signal }) =>
      orRemembered(`devices ${site}`, () => Array.fromAsync(ohmstead.devices(site, { signal }))),
    staleTime: minute,
  })

export const placesQuery = (site: string) =>
  queryOptions({
    queryKey: [...siteKey(site), 'places'],
    queryFn: ({ signal }) =>
      orRemembered(`places ${site}`, () => Array.fromAsync(ohmstead.places(site, { signal }))),
    staleTime: minute,
  })

/** @param date the site's calendar day, as 2026-03-29: a new day is another question */
export const energyTodayQuery = (site: string, date: string, group: 'site' | 'device') =>
  queryOptions({
    queryKey: [...siteKey(site), 'energy', date, group],
    queryFn: ({ signal }) =>
      ohmstead.energy(site, { from: `${date}T00:00:00`, to: 'now', by: 'day', group }, { signal }),
    staleTime: minute,
    refetchInterval: minute,
  })

/** A day of the site by quarter hours. @param to the day after, or now @param isOpen the day goes on */
export const daySlotsQuery = (site: string, date: string, to: string, isOpen: boolean) =>
  queryOptions({
    queryKey: [...siteKey(site), 'energy', date, 'slots'],
    queryFn: ({ signal }) =>
      ohmstead.energy(site, { from: `${date}T00:00:00`, to, by: 'slot', group: 'site' }, { signal }),
    staleTime: isOpen ? minute : 60 * minute,
    refetchInterval: isOpen && 5 * minute,
  })

export const readingsQuery = (site: string, query: ReadingsQuery, refetchInterval: number) =>
  queryOptions({
    queryKey: [...siteKey(site), 'readings', query],
    queryFn: ({ signal }) => ohmstead.readings(site, query, { signal }),
    staleTime: refetchInterval,
    refetchInterval,
  })

export const quarantineQuery = (site: string) =>
  queryOptions({
    queryKey: [...siteKey(site), 'quarantine'],
    queryFn: ({ signal }) => ohmstead.quarantine(site, { limit: 50 }, { signal }),
    staleTime: minute,
  })

/** The newest values while the page is made; the stream then follows them. */
export const newestQuery = (site: string) =>
  queryOptions({
    queryKey: [...siteKey(site), 'newest'],
    queryFn: ({ signal }) => ohmstead.latest(site, {}, { signal }),
    staleTime: 5000,
    gcTime: 5000,
    retry: false,
  })

/** The head of every series of the site: what can be explored. */
export const seriesHeadsQuery = (site: string) =>
  queryOptions({
    queryKey: [...siteKey(site), 'series'],
    queryFn: ({ signal }) => ohmstead.latest(site, {}, { signal }),
    staleTime: minute,
  })

export const credentialsQuery = (site: string, device: string) =>
  queryOptions({
    queryKey: [...siteKey(site), 'credentials', device],
    queryFn: ({ signal }) => ohmstead.credentials(site, device, { signal }),
    staleTime: minute,
  })

export const deviceQuarantineQuery = (site: string, device: string) =>
  queryOptions({
    queryKey: [...quarantineQuery(site).queryKey, device],
    queryFn: ({ signal }) => ohmstead.quarantine(site, { device, limit: 50 }, { signal }),
    staleTime: minute / 2,
  })

export const membersQuery = (site: string) =>
  queryOptions({
    queryKey: [...siteKey(site), 'members'],
    queryFn: ({ signal }) => Array.fromAsync(ohmstead.members(site, { signal })),
    staleTime: minute,
  })

export const invitationsQuery = (site: string) =>
  queryOptions({
    queryKey: [...siteKey(site), 'invitations'],
    queryFn: ({ signal }) => Array.fromAsync(ohmstead.invitations(site, { signal })),
    staleTime: minute,
  })

export const tokensQuery = (site: string) =>
  queryOptions({
    queryKey: [...siteKey(site), 'tokens'],
    queryFn: ({ signal }) => Array.fromAsync(ohmstead.tokens({ site }, { signal })),
    staleTime: minute,
  })

/** Asked for again and again only while something moves. */
export const demoQuery = queryOptions({
  queryKey: ['demo'],
  queryFn: ({ signal }) => ohmstead.demo({ signal }),
  staleTime: minute,
  refetchInterval: ({ state: { data } }) =>
    data?.state === 'removing' || typeof data?.done === 'number' ? 1000 : false,
})

export const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: ({ signal }) => Array.fromAsync(ohmstead.people({ signal })),
  staleTime: minute,
})
