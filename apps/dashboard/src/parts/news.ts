import type { Revision, SavedEdit } from '../api/energy.ts'

/** Readings that fill a hole are welcome, whenever they come; what was known and is now different is news. */
export function isNews({ cause, before }: Pick<Revision, 'cause' | 'before'>): boolean {
  if (cause === 'edit' || cause === 'undo') return true
  return cause !== 'recompute' && before !== null && before.quality !== 'missing'
}

/** Whether a correction is about some of [start, end), epoch ms; one that is about an instant is about where it stands. */
export function concerns({ edit }: Pick<SavedEdit, 'edit'>, start: number, end: number): boolean {
  if ('at' in edit) return Number(edit.at) >= start && Number(edit.at) < end
  return Number(edit.from) < end && Number(edit.to) > start
}
