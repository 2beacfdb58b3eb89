import { StoreDamaged } from '../errors.ts'

/**
 * What an error of DuckDB means for the batch and for the instance, as measured with injected faults:
 * - `stored`: the commit is durable, only the checkpoint after it failed; the instance must be opened again
 * - `fatal`: the instance is invalid, for reads too, until it is opened again (a failed fsync)
 * - `failed`: this statement only (a WAL write without space, an interrupted query)
 */
export type Fault = 'stored' | 'fatal' | 'failed'

export function faultOf(error: unknown): Fault {
  const text = error instanceof Error ? error.message : String(error)
  if (/COMMIT succeeded and is durable/i.test(text)) return 'stored'
  if (
    /database has been invalidated|FATAL Error|INTERNAL Error|connection (was|has been) closed|disconnected/i.test(
      text,
    )
  )
    return 'fatal'
  return 'failed'
}

/** Every block has a checksum; what does not match is not given out. Also when it made the instance invalid. */
export const isDamage = (error: unknown): boolean =>
  error instanceof StoreDamaged || (error instanceof Error && /Corrupt database file/i.test(error.message))

export const isInterrupt = (error: unknown): boolean =>
  error instanceof Error && /INTERRUPT/i.test(error.message)
