import type { Replay, ReplayedEvent } from '@ohmstead/sdk'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { ohmstead } from '../../api/ohmstead.ts'
import { replaysQuery } from '../../api/said.ts'
import { nextFrame } from '../../live/frame.ts'

/** What a replay has told so far. */
export interface Told {
  /** Undefined until it is heard. */
  readonly replay: Replay | undefined
  /** In the order in which it was said. */
  readonly said: readonly ReplayedEvent[]
  /** Why nothing is heard of it. */
  readonly error: unknown
}

const nothing: Told = { replay: undefined, said: [], error: null }

/** Follows a replay for as long as it is looked at; it goes on without anybody looking. Give it the replay as `key`. */
export function useReplay(site: string, id: string): Told & { readonly again: () => void } {
  const client = useQueryClient()
  const [told, setTold] = useState(nothing)
  const [attempt, setAttempt] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt follows anew
  useEffect(() => {
    const stop = new AbortController()
    const follow = async () => {
      const so = {
        replay: undefined as Replay | undefined,
        said: [] as ReplayedEvent[],
        error: null as unknown,
      }
      const show = onceAFrame(() => stop.signal.aborted || setTold({ ...so, said: [...so.said] }))
      try {
        for await (const event of ohmstead.replayEvents(site, id, { signal: stop.signal })) {
          if (event.type === 'begin') so.said = []
          if (event.type === 'said') so.said.push(event.data)
          if (event.type === 'progress') so.replay = event.data
          show()
        }
        void client.invalidateQueries({ queryKey: replaysQuery(site).queryKey })
      } catch (error) {
        so.error = error
        show()
      }
    }
    void follow()
    return () => stop.abort()
  }, [site, id, client, attempt])
  return { ...told, again: () => setAttempt(attempt + 1) }
}

/** Gathers calls until the next frame. */
function onceAFrame(run: () => void): () => void {
  let due = false
  return () => {
    if (due) return
    due = true
    nextFrame(() => {
      due = false
      run()
    })
  }
}
