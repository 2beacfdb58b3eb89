import type { Replay } from '@ohmstead/sdk'
import type { Compiled } from '../../api/rules.ts'
import type { Speaker } from '../../api/said.ts'
import type { ForLab } from '../../parts/forLab.ts'
import type { Spoken } from '../../parts/said/RuleSentence.tsx'

/** A rule that was played to, as what it said is told with it. */
export interface Played extends Pick<Speaker, 'id' | 'name' | 'needs' | 'units'> {
  /** What it says; null where only the server's words are known. */
  readonly saying: Spoken | null
  /** Whether it is not saved: then its name is not to be found elsewhere. */
  readonly isDraft: boolean
}

/** A draft, and what the server makes of it once it has answered. */
export interface PlayedDraft {
  readonly draft: NonNullable<ForLab['draft']>
  readonly check: Pick<Compiled, 'needs' | 'units'> | undefined
}

/** What the server calls rules that are not saved. */
const unsaved = /^trial-\d+$/

/**
 * The rules of a replay by name.
 * @param rules the site's, as they are now
 * @param brought the draft that it was started with, where that is known
 * @param unsavedName of a rule that is not saved, and of which no more is known
 */
export function playedBy(
  { rules: played, startedAt }: Pick<Replay, 'rules' | 'startedAt'>,
  {
    rules,
    brought,
    unsavedName,
  }: { rules: readonly Speaker[]; brought: PlayedDraft | null; unsavedName: string },
): Played[] {
  return played.map(({ id, sentence }): Played => {
    const rule = rules.find(one => one.id === id)
    // A rule that was changed since said something else then.
    if (rule)
      return { ...rule, isDraft: false, saying: rule.changedAt <= startedAt ? { ...rule, sentence } : null }
    const isDraft = unsaved.test(id)
    const draft = isDraft ? brought?.draft : undefined
    const { needs = [], units = {} } = (isDraft && brought?.check) || {}
    return {
      ...{ id, needs, units, isDraft },
      name: draft?.name ?? (isDraft ? unsavedName : id),
      saying: draft === undefined ? null : { ...draft, sentence },
    }
  })
}
