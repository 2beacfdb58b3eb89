import type { Instant } from '@ohmstead/model'
import type { Kept } from './alertStore.ts'

export interface Life {
  readonly raised: Kept
  clearedAt: Instant | null
}

/**
 * The alerts of one key, by id: what was raised and cleared in turn, in the order of its time. What is raised while open, or
 * cleared while not, is nothing.
 */
export function lives(said: readonly Kept[]): Map<string, Life> {
  const all = new Map<string, Life>()
  let open: Life | undefined
  for (const one of said) {
    if (one.kind === 'raised' && !open) all.set(one.id, (open = { raised: one, clearedAt: null }))
    if (one.kind === 'cleared' && open) {
      open.clearedAt = one.time
      open = undefined
    }
  }
  return all
}
