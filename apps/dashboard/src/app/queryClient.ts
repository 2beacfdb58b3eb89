import { ApiError } from '@ohmstead/sdk'
import { QueryClient } from '@tanstack/react-query'
import { session } from '../api/session.ts'

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // What waiting cannot cure is shown at once, anything else after some four seconds: nobody looks at grey bars for longer.
      retry: (failures, error) => error instanceof ApiError && error.retryable && failures < 3,
      retryDelay: failures => Math.min(500 * 2 ** failures, 15_000),
      // Whether there is a network the stream finds out; the browser's own flag is often wrong.
      networkMode: 'always',
      refetchOnWindowFocus: true,
    },
    mutations: { networkMode: 'always' },
  },
})

session.onRestored(() => void queryClient.invalidateQueries())
