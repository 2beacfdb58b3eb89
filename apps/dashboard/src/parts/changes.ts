import type { Revision } from '../api/energy.ts'

/** Slots that changed together, for one reason. */
export interface Change {
  readonly key: string
  readonly device: string
  readonly cause: Revision['cause']
  readonly who: string | null
  /** When it changed, epoch ms. */
  readonly time: number
  /** Newest slot first, as the server lists them. */
  readonly revisions: readonly Revision[]
  /** Wh over these slots; null when nothing was known. */
  readonly before: number | null
  readonly after: number | null
}

/** One rebuild of a meter takes seconds at most. */
const togetherMs = 5000

/** @param revisions newest first */
export function changesOf(revisions: readonly Revision[]): Change[] {
  const groups: Revision[][] = []
  for (const revision of revisions) {
    const last = groups.at(-1)?.at(-1)
    const goesOn =
      last !== undefined &&
      last.cause === revision.cause &&
      last.device === revision.device &&
      last.who === revision.who &&
      last.time - revision.time <= togetherMs
    if (goesOn) groups.at(-1)!.push(revision)
    else groups.push([revision])
  }
  return groups.map(group => {
    const { id, device, cause, who, time } = group[0]!
    return {
      key: String(id),
      device,
      cause,
      who,
      time,
      revisions: group,
      before: sum(group.map(({ before }) => net(before))),
      after: sum(group.map(({ after }) => net(after))),
    }
  })
}

/** What went one way less what went the other: the same unit says both. */
function net(slot: { importWh: number | null; exportWh: number | null } | null): number | null {
  if (slot === null || (slot.importWh === null && slot.exportWh === null)) return null
  return (slot.importWh ?? 0) - (slot.exportWh ?? 0)
}

function sum(amounts: readonly (number | null)[]): number | null {
  const known = amounts.filter(amount => amount !== null)
  return known.length === 0 ? null : known.reduce((all, amount) => all + amount, 0)
}
