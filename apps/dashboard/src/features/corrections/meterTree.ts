import type { Device } from '@ohmstead/sdk'

type Meter = Pick<Device, 'id' | 'name' | 'submeterOf'>

export interface TreeRow {
  readonly meter: Meter
  readonly depth: number
}

/** Meters below the one that measures them too, by name; one whose parent is not listed stands at the top. */
export function treeRows(meters: readonly Meter[], locale: string): TreeRow[] {
  const { compare } = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' })
  const known = new Set(meters.map(({ id }) => id))
  const below = Map.groupBy(
    meters.toSorted((a, b) => compare(a.name, b.name)),
    ({ submeterOf }) => (submeterOf !== null && known.has(submeterOf) ? submeterOf : null),
  )
  const rows: TreeRow[] = []
  const seen = new Set<string>()
  const visit = (parent: string | null, depth: number) => {
    for (const meter of below.get(parent) ?? []) {
      if (seen.has(meter.id)) continue
      seen.add(meter.id)
      rows.push({ meter, depth })
      visit(meter.id, depth + 1)
    }
  }
  visit(null, 0)
  // A circle hangs on nothing; it is shown all the same, so that it can be taken apart.
  for (const meter of meters) if (!seen.has(meter.id)) rows.push({ meter, depth: 0 })
  return rows
}

/** Every meter that measures this one too, nearest first. */
export function above(meters: readonly Meter[], id: string): string[] {
  const byId = new Map(meters.map(meter => [meter.id, meter]))
  const found: string[] = []
  let parent = byId.get(id)?.submeterOf ?? null
  while (parent !== null && parent !== id && !found.includes(parent)) {
    found.push(parent)
    parent = byId.get(parent)?.submeterOf ?? null
  }
  return found
}

/** Whether a meter may stand below another, or at the top (null): never below itself, nor where it is. */
export function mayMove(meters: readonly Meter[], id: string, target: string | null): boolean {
  const meter = meters.find(one => one.id === id)
  if (meter === undefined || meter.submeterOf === target) return false
  return target === null || (target !== id && !above(meters, target).includes(id))
}

/** Meters that cannot be added beside those chosen, with the one that holds them already, or that they hold. */
export function doubled(meters: readonly Meter[], chosen: readonly string[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const { id } of meters) {
    if (chosen.includes(id)) continue
    const up = above(meters, id)
    const other = chosen.find(one => up.includes(one) || above(meters, one).includes(id))
    if (other !== undefined) found.set(id, other)
  }
  return found
}
