/** How the service worker answers one request. */
export type Strategy =
  /** Not its affair: answers of the API belong to whoever is signed in, and are never kept here. */
  | 'pass'
  /** The page itself: the server's, or the kept one when it is away. */
  | 'page'
  /** Files whose names hold a hash of their content never change. */
  | 'kept'
  /** Other files: the server's, or the kept one. */
  | 'file'

export interface Asked {
  readonly method: string
  readonly mode: string
  readonly url: string
}

/** @param origin of the page */
export function strategyFor({ method, mode, url }: Asked, origin: string): Strategy {
  const { origin: asked, pathname } = new URL(url)
  if (method !== 'GET' || asked !== origin) return 'pass'
  if (/^\/(api|mqtt|metrics|healthz|readyz)(\/|$)/.test(pathname)) return 'pass'
  if (mode === 'navigate') return 'page'
  return pathname.startsWith('/assets/') ? 'kept' : 'file'
}
