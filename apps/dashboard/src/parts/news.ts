import type { Revision } from '../api/energy.ts'

/** Readings that fill a hole are welcome, whenever they come; what was known and is now different is news. */
export function isNews({ cause, before }: Pick<Revision, 'cause' | 'before'>): boolean {
  if (cause === 'edit' || cause === 'undo') return true
  return cause !== 'recompute' && before !== null && before.quality !== 'missing'
}
