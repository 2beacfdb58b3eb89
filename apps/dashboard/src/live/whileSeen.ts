import type { SiteLive } from './siteLive.ts'

/** How long a hidden page keeps its stream, ms: a look at another tab costs nothing. */
const patienceMs = 10_000

interface Page extends EventTarget {
  readonly hidden: boolean
}

/**
 * Gives the stream of a page that nobody sees back, and takes it up again when it is seen. A browser has six connections to
 * a server without HTTP/2, shared by all tabs: six streams would leave none for anything else.
 */
export function followWhileSeen(
  live: Pick<SiteLive, 'start' | 'stop'>,
  after: (delayMs: number, run: () => void) => () => void,
  page: Page = document,
): () => void {
  let paused = false
  let cancel = () => {}
  const pause = () => {
    paused = true
    live.stop()
  }
  const look = () => {
    cancel()
    if (page.hidden) {
      if (!paused) cancel = after(patienceMs, pause)
      return
    }
    if (paused) live.start()
    paused = false
  }
  look()
  page.addEventListener('visibilitychange', look)
  return () => {
    cancel()
    page.removeEventListener('visibilitychange', look)
  }
}
