import type { RestClient } from './client.ts'
import { type FollowOptions, follow } from './sse/follow.ts'
import type { NewReading, Presence, Quarantined } from './types.ts'

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
  | { readonly id: string; readonly type: 'gap'; readonly data: null }

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

function parsed(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return undefined
  }
}
