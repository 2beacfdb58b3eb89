import type { SaidFilter } from '../../api/said.ts'
import { type Kind, kinds } from '../../parts/said/KindMark.tsx'

/** What is asked of the timeline; it is in the address, so that it can be kept, and sent to somebody. */
export interface EventsSearch {
  readonly kind?: Kind
  readonly rule?: string
  readonly device?: string
}

/** @param search of an address, which anybody may have written */
export function eventsSearch({ kind, rule, device }: Record<string, unknown>): EventsSearch {
  return {
    ...(kinds.includes(kind as Kind) ? { kind: kind as Kind } : {}),
    ...(isId(rule) ? { rule } : {}),
    ...(isId(device) ? { device } : {}),
  }
}

const isId = (text: unknown): text is string =>
  typeof text === 'string' && /^[a-z0-9][a-z0-9-]{0,62}$/.test(text)

export const filterOf = ({ kind, rule, device }: EventsSearch): SaidFilter => ({
  ...(kind === undefined ? {} : { kind }),
  ...(rule === undefined ? {} : { rule }),
  ...(device === undefined ? {} : { device }),
})
