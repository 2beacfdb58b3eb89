import type { Alert, RuleEvent, RuleEventsQuery } from '@ohmstead/sdk'
import { type InfiniteData, infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { orRemembered } from '../offline/orRemembered.ts'
import { remember } from '../offline/remembered.ts'
import { allRules } from './allRules.ts'
import { ohmstead } from './ohmstead.ts'
import { siteKey } from './queries.ts'

const minute = 60_000
/** As many as one answer may hold. */
const most = 500

const openName = (site: string) => `open alerts ${site}`
const saidName = (site: string) => `said ${site}`

const saidKey = (site: string) => [...siteKey(site), 'said'] as const

/** What is open now, newest first; the page keeps it up to date by what the site's stream tells. */
export const openAlertsQuery = (site: string) =>
  queryOptions({
    queryKey: [...saidKey(site), 'open alerts'],
    queryFn: ({ signal }) =>
      orRemembered<readonly Alert[]>(openName(site), () =>
        ohmstead.alerts(site, { open: 'true', limit: most }, { signal }),
      ),
    staleTime: minute,
  })

/** What the stream has told of them is shown as well while the server is away. */
export function keepOpen(site: string, open: readonly Alert[]): void {
  void remember(openName(site), open)
}

/** Rules as those who read what they said need them: names, sentences, units. */
export const speakersQuery = (site: string) =>
  queryOptions({
    queryKey: [...saidKey(site), 'rules'],
    queryFn: ({ signal }) => orRemembered(`speakers ${site}`, () => allRules(site, { signal })),
    staleTime: minute,
  })
export type Speaker = Awaited<ReturnType<typeof allRules>>[number]

/** What of it is asked for. */
export type SaidFilter = Pick<RuleEventsQuery, 'kind' | 'rule' | 'device'>

export interface SaidPage {
  readonly items: readonly RuleEvent[]
  /** `seq` behind which older ones are; null where there are none. */
  readonly next: number | null
}
export type SaidPages = InfiniteData<SaidPage, unknown>

const pageSize = 50

export const newestSaid = (site: string, filter: SaidFilter, signal?: AbortSignal) =>
  ohmstead.ruleEvents(site, { ...filter, limit: pageSize }, signal ? { signal } : {})

/** What rules said, in the order of its time, newest first. */
export const saidQuery = (site: string, filter: SaidFilter) =>
  infiniteQueryOptions({
    queryKey: [...saidKey(site), 'events', filter],
    queryFn: ({ pageParam, signal }) => {
      const page = () => saidPage(site, filter, pageParam, signal)
      const isStart = pageParam === null && isAll(filter)
      return isStart ? orRemembered(saidName(site), page) : page()
    },
    initialPageParam: null as number | null,
    getNextPageParam: ({ next }: SaidPage) => next,
    staleTime: minute / 2,
  })

const isAll = (filter: SaidFilter) => Object.keys(filter).length === 0

async function saidPage(
  site: string,
  filter: SaidFilter,
  before: number | null,
  signal: AbortSignal,
): Promise<SaidPage> {
  const query = { ...filter, order: 'time' as const, limit: pageSize, ...(before === null ? {} : { before }) }
  const items = await ohmstead.ruleEvents(site, query, { signal })
  return { items, next: items.length < pageSize ? null : items.at(-1)!.seq }
}

/** The same for what rules said. */
export function keepSaid(site: string, filter: SaidFilter, { pages }: SaidPages): void {
  if (isAll(filter) && pages[0] !== undefined) void remember(saidName(site), pages[0])
}

/** Replays since the server started, newest first; whoever runs one sees it come and go. */
export const replaysQuery = (site: string) =>
  queryOptions({
    queryKey: [...siteKey(site), 'replays'],
    queryFn: ({ signal }) => ohmstead.replays(site, { signal }),
    staleTime: 5000,
    refetchInterval: ({ state: { data } }) => (data?.some(({ state }) => state === 'running') ? 5000 : false),
  })
