import type { Draft } from './draft.ts'

/** A draft that is left for a while and found again: the history of the window keeps it. */
export interface Kept {
  readonly draft: Draft
  /** The version that it changes; null for a new rule. */
  readonly version: number | null
}

declare module '@tanstack/react-router' {
  interface HistoryState {
    readonly kept?: Kept
  }
}

/** The draft to go on with: what was kept, unless it is of another version or template. */
export function draftKept(kept: Kept | undefined, version: number | null, fresh: Draft): Draft {
  const isSame = kept?.version === version && kept.draft.template?.name === fresh.template?.name
  return isSame ? kept.draft : fresh
}
