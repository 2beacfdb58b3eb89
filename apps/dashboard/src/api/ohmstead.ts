import { Ohmstead, Unauthenticated } from '@ohmstead/sdk'
import { serverTime } from './serverTime.ts'
import { session } from './session.ts'

/** The only way to the platform: the SDK, with the cookie of this page. */
export const ohmstead = new Ohmstead({
  fetch: async request => {
    const response = await fetch(request)
    serverTime.observe(response.headers.get('date'), Date.now())
    return response
  },
  onError(error, request) {
    if (error instanceof Unauthenticated && endsSession(error, new URL(request.url).pathname))
      session.expire()
  },
})

/** A wrong password is the form's own matter; who may ask without a session is told so, and that is all. */
function endsSession({ code }: Unauthenticated, path: string): boolean {
  if (!path.startsWith('/api/auth/')) return true
  return code === 'OHM_NOT_SIGNED_IN' && /\/(password|logout-everywhere)$/.test(path)
}
