import { useQuery } from '@tanstack/react-query'

interface Loaded<Module> {
  readonly module: Module | undefined
  /** What keeps going wrong, after a few attempts; it is still tried again. */
  readonly failure: Error | null
}

const patience = 4

/**
 * A part of the page that is fetched when it is wanted. Unlike React's `lazy` it survives a network that is away at
 * that moment: it is asked for again until it is there.
 */
export function useModule<Module>(name: string, load: () => Promise<Module>): Loaded<Module> {
  const { data, failureCount, failureReason } = useQuery({
    queryKey: ['module', name],
    queryFn: load,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    retry: true,
    retryDelay: failures => Math.min(500 * 2 ** failures, 10_000),
  })
  return { module: data, failure: data === undefined && failureCount >= patience ? failureReason : null }
}
