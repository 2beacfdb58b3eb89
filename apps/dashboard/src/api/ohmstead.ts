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
    // A wrong password is the sign-in form's own matter.
    if (error instanceof Unauthenticated && !new URL(request.url).pathname.startsWith('/api/auth/'))
      session.expire()
  },
})
