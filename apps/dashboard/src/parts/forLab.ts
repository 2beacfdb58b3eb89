import { type Checked, sentOf } from '../api/rules.ts'

/** What is brought along to the lab of replays from where a rule is written or tried. It is not in the address. */
export interface ForLab {
  /** Ids of saved rules to play to. */
  readonly rules: readonly string[]
  /** A rule that is not saved, by the name that it has beside others. */
  readonly draft: (Checked & { readonly name: string }) | null
  /** The replay that was started with the draft. */
  readonly replay?: string
  /** Where the draft is written: the rule that it changes, or the kind of a new one. */
  readonly written?: { readonly rule: string } | { readonly of: string }
}

declare module '@tanstack/react-router' {
  interface HistoryState {
    readonly lab?: ForLab
  }
}

/** A rule that can be played to. */
export interface Playable {
  readonly name: string
  readonly saying: Checked
  /** Its id where it is what is saved. */
  readonly rule?: string | undefined
}

/** @param subjects of which one at most is not saved */
export function forLab(subjects: readonly Playable[]): ForLab {
  const fresh = subjects.find(({ rule }) => rule === undefined)
  return {
    rules: subjects.flatMap(({ rule }) => rule ?? []),
    draft: fresh === undefined ? null : { name: fresh.name, ...sentOf(fresh.saying) },
  }
}
