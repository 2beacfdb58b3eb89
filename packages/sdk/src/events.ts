import type { RestClient } from './client.ts'
import { type FollowOptions, follow } from './sse/follow.ts'
import type { Alert, NewReading, Presence, Quarantined, Replay, RuleEvent } from './types.ts'

/** A reading as the stream carries it; `time` in epoch ms. */
export interface StreamedReading extends NewReading {
  readonly device: string
  readonly time: number
}

/**
 * What happens at a site. `gap` comes after a resume that could not replay everything: ask again for what you show.
 */
export type SiteEvent =
  | { readonly id: string; readonly type: 'readings'; readonly data: readonly StreamedReading[] }
  | {
      readonly id: string
      readonly type: 'slots'
      readonly data: readonly { readonly device: string; readonly start: number }[]
    }
  | { readonly id: string; readonly type: 'quarantine'; readonly data: Quarantined }
  | {
      readonly id: string
      readonly type: 'presence'
      readonly data: Presence
    }
  | { readonly id: string; readonly type: 'alert'; readonly data: Alert }
  | { readonly id: string; readonly type: 'event'; readonly data: RuleEvent }
  | { readonly id: string; readonly type: 'gap'; readonly data: null }

/** What a rule said in a replay. */
export type ReplayedEvent = Pick<RuleEvent, 'rule' | 'kind' | 'key' | 'device' | 'time' | 'row'>

/** What a replay tells. Every connection begins with all that it said so far, which is what `begin` announces. */
export type ReplayEvent =
  | { readonly type: 'begin' }
  | { readonly type: 'said'; readonly data: ReplayedEvent }
  | { readonly type: 'progress'; readonly data: Replay }

/** @throws ApiError when waiting cannot help: signed out, not allowed, no such site */
export async function* siteEvents(
  rest: RestClient,
  site: string,
  options: FollowOptions,
): AsyncGenerator<SiteEvent, void, void> {
  const open = async (lastEventId: string, signal: AbortSignal) => {
    const { response } = await rest.GET('/api/sites/{site}/stream', {
      params: { path: { site } },
      headers: {
        accept: 'text/event-stream',
        ...(lastEventId === '' ? {} : { 'last-event-id': lastEventId }),
      },
      parseAs: 'stream',
      cache: 'no-store',
      signal,
    })
    return response
  }
  for await (const { id, type, data } of follow(open, options)) {
    const event = { id, type, data: parsed(data) }
    if (event.data !== undefined) yield event as SiteEvent
  }
}

/** Follows a replay to its end, over lost connections. @throws ApiError when it is not there (any more) */
export async function* replayEvents(
  rest: RestClient,
  { site, replay }: { site: string; replay: string },
  options: FollowOptions,
): AsyncGenerator<ReplayEvent, void, void> {
  let opened = 0
  let told = 0
  const open = async (_: string, signal: AbortSignal) => {
    const { response } = await rest.GET('/api/sites/{site}/replays/{replay}/stream', {
      params: { path: { site, replay } },
      headers: { accept: 'text/event-stream' },
      parseAs: 'stream',
      cache: 'no-store',
      signal,
    })
    opened++
    return response
  }
  for await (const { type, data } of follow(open, options)) {
    if (told !== opened) yield { type: 'begin' }
    told = opened
    const event = { type, data: parsed(data) } as ReplayEvent
    if (event.type !== 'said' && event.type !== 'progress') continue
    yield event
    if (event.type === 'progress' && event.data.state !== 'running') return
  }
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return undefined
  }
}
