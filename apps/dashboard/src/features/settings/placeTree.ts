import type { Place } from '@ohmstead/sdk'

export interface Branch {
  readonly place: Place
  readonly depth: number
  /** It has places inside. */
  readonly parent: boolean
}

/** The places of a site as an indented list: each below what it lies in, by name. */
export function treeOf(places: readonly Place[], locale: string): Branch[] {
  const { compare } = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' })
  const ids = new Set(places.map(({ id }) => id))
  const inside = Map.groupBy(places, ({ parent }) => (parent !== null && ids.has(parent) ? parent : null))
  const below = (parent: string | null, depth: number): Branch[] =>
    (inside.get(parent) ?? [])
      .toSorted((a, b) => compare(a.name, b.name))
      .flatMap(place => [{ place, depth, parent: inside.has(place.id) }, ...below(place.id, depth + 1)])
  return below(null, 0)
}

/** Where a place may be moved to: anywhere but into itself and what lies in it. */
export function mayLieIn(places: readonly Place[], id: string): Place[] {
  const parents = new Map(places.map(place => [place.id, place.parent]))
  const liesIn = (place: Place) => {
    for (let at: string | null = place.id; at !== null; at = parents.get(at) ?? null)
      if (at === id) return true
    return false
  }
  return places.filter(place => !liesIn(place))
}
