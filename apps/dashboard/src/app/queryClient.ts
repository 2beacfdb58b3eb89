import { ApiError } from '@ohmstead/sdk'
import { QueryClient } from '@tanstack/react-query'
import { session } from '../api/session.ts'

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // What waiting cannot cure is shown at once; a lost network is tried again and again while the page is open.
      retry: (failures, error) => error instanceof ApiError && error.retryable && failures < 5,
      retryDelay: failures => Math.min(500 * 2 ** failures, 15_000),
      // Whether there is a network the stream finds out; the browser's own flag is often wrong.
      networkMode: 'always',
      refetchOnWindowFocus: true,
    },
    mutations: { networkMode: 'always' },
  },
})

session.onRestored(() => void queryClient.invalidateQueries())
