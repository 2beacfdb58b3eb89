import { isoLocal } from '@ohmstead/model'
import { comparedWith, localDate, type Period, spanInside, step } from './period.ts'
import type { Comparison, EnergySearch, Grouping, View } from './search.ts'
import { comparisons } from './search.ts'
import type { Shown } from './shown.ts'

/** Shows something else: as a step that "back" undoes, or in the place of what is shown. */
export type Go = (search: EnergySearch, how: 'push' | 'replace') => void

export interface Moves {
  readonly step: (direction: -1 | 1) => void
  readonly present: () => void
  readonly select: (bar: number) => void
  /** Shows the chosen bar from inside. */
  readonly inside: (bar: number) => void
  readonly back: () => void
  readonly nextComparison: () => void
  readonly nextView: () => void
  readonly nextGrouping: () => void
}

const views: readonly View[] = ['bars', 'shares', 'table']
const groupings: readonly Grouping[] = ['device', 'place', 'site']

/** The views that say something; one meter is all of itself. */
export function viewsOf({ device }: EnergySearch): readonly View[] {
  return device === undefined ? views : views.filter(view => view !== 'shares')
}

export function viewOf(search: EnergySearch): View {
  const { view = 'bars' } = search
  return viewsOf(search).includes(view) ? view : 'bars'
}

/** Everything that a key or a finger can do to the view. */
export function moves({
  search,
  shown,
  zone,
  go,
}: {
  search: EnergySearch
  shown: Shown
  zone: string
  go: Go
}): Moves {
  const without = (...names: (keyof EnergySearch)[]): EnergySearch =>
    Object.fromEntries(Object.entries(search).filter(([name]) => !names.includes(name as keyof EnergySearch)))
  return {
    step: direction =>
      go({ ...without('bar'), ...addressOf(step(shown.period, direction, zone), zone) }, 'replace'),
    present: () =>
      go(
        without('bar', 'at', 'from', 'to', ...(search.span === 'custom' ? (['span'] as const) : [])),
        'replace',
      ),
    select: bar => {
      const start = shown.bars[bar]?.start
      if (start === undefined) return
      go(bar === shown.bar ? without('bar') : { ...search, bar: isoLocal(start, zone) }, 'push')
    },
    inside: bar => {
      const bucket = shown.bars[bar]
      if (bucket !== undefined) go({ ...without('bar', 'by'), ...insideOf(shown, bar, zone) }, 'push')
    },
    back: () => {
      if (search.bar !== undefined) go(without('bar'), 'push')
      else if (search.device !== undefined) go(without('device'), 'push')
      else if (search.place !== undefined) go(without('place'), 'push')
    },
    nextComparison: () => {
      const possible = comparisons.filter(one => comparedWith(shown.period, one, zone) !== null)
      const next: Comparison | undefined =
        possible[shown.comparison === null ? 0 : possible.indexOf(shown.comparison) + 1]
      go({ ...without('compare'), ...(next === undefined ? {} : { compare: next }) }, 'replace')
    },
    nextView: () => go({ ...search, view: after(viewsOf(search), viewOf(search)) }, 'replace'),
    nextGrouping: () => {
      if (search.device === undefined)
        go({ ...without('place'), group: after(groupings, search.group ?? 'device') }, 'replace')
    },
  }
}

/** How the address names a period. */
export function addressOf({ span, start, end }: Period, zone: string): EnergySearch {
  if (span === 'custom') return { span, from: localDate(start, zone), to: localDate(end - 1, zone) }
  if (span === 'hour') return { span, at: isoLocal(start, zone) }
  return { span, at: localDate(span === 'years' ? end - 1 : start, zone) }
}

/** The address of one bar from inside; a slot lies in its hour and stays chosen. */
export function insideOf(shown: Shown, bar: number, zone: string): EnergySearch {
  const { start, end } = shown.bars[bar]!
  const span = spanInside(shown.by)
  const address = addressOf({ span, start, end }, zone)
  return shown.by === 'slot' ? { ...address, bar: isoLocal(start, zone) } : address
}

function after<Choice>(all: readonly Choice[], choice: Choice): Choice {
  return all[(all.indexOf(choice) + 1) % all.length]!
}
