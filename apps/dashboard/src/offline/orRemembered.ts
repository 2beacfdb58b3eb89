import { Unavailable } from '@ohmstead/sdk'
import { recall, remember } from './remembered.ts'

/** Whether nobody is there to answer: no network, no server, or only a proxy before it. */
export function isAway(error: unknown): boolean {
  return error instanceof Unavailable && [0, 502, 503, 504].includes(error.status)
}

/** What the server answers; while it is away, what it answered last. */
export async function orRemembered<Value>(key: string, ask: () => Promise<Value>): Promise<Value> {
  try {
    const value = await ask()
    void remember(key, value)
    return value
  } catch (error) {
    if (!isAway(error)) throw error
    const known = await recall<Value>(key)
    if (known === undefined) throw error
    return known
  }
}
