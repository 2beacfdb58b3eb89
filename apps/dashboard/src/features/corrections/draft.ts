import { isoLocal, slotMs, tryParseTime } from '@ohmstead/model'
import type { EditRequest } from '@ohmstead/sdk'

export const kinds = ['energy', 'counter', 'replaced', 'exclude'] as const
export type Kind = (typeof kinds)[number]

/** What is typed, as it is typed: times as `datetime-local` has them, energies in kWh. */
export interface Draft {
  readonly kind: Kind
  readonly from: string
  readonly to: string
  readonly at: string
  readonly importKwh: string
  readonly exportKwh: string
  readonly finalImport: string
  readonly finalExport: string
  readonly initialImport: string
  readonly initialExport: string
  readonly note: string
}

export type Field = Exclude<keyof Draft, 'kind' | 'note'>
export type Fault = 'number' | 'time' | 'quarter' | 'some' | 'order'

/** A draft about [start, end), epoch ms. */
export function draftOf(start: number, end: number, zone: string): Draft {
  return {
    kind: 'energy',
    from: localText(start, zone),
    to: localText(end, zone),
    at: localText(start, zone),
    importKwh: '',
    exportKwh: '',
    finalImport: '',
    finalExport: '',
    initialImport: '',
    initialExport: '',
    note: '',
  }
}

/** Without an offset, as inputs want it. */
export function localText(at: number, zone: string): string {
  return isoLocal(at, zone).slice(0, 16)
}

interface Known {
  readonly start: number
  readonly end: number
  readonly zone: string
}

type Parsed = { readonly request: EditRequest } | { readonly faults: Partial<Record<Field, Fault>> }

/** What is to be sent, or what is wrong with it by field. */
export function requestOf(draft: Draft, known: Known): Parsed {
  const faults: Partial<Record<Field, Fault>> = {}
  const time = (field: 'from' | 'to' | 'at') => {
    const at = instantOf(draft[field], known)
    if (at === null) faults[field] = 'time'
    else if (draft.kind === 'energy' && at % slotMs !== 0) faults[field] = 'quarter'
    return at ?? 0
  }
  const energy = (field: Exclude<Field, 'from' | 'to' | 'at'>) => {
    const wh = wattHours(draft[field])
    if (Number.isNaN(wh)) faults[field] = 'number'
    return wh
  }
  const range = () => {
    const [from, to] = [time('from'), time('to')]
    if (faults.from === undefined && faults.to === undefined && to <= from) faults.to = 'order'
    return { from: isoLocal(from, known.zone), to: isoLocal(to, known.zone) }
  }
  const both = () => {
    const given = { importWh: energy('importKwh'), exportWh: energy('exportKwh') }
    if (given.importWh === null && given.exportWh === null) faults.importKwh = 'some'
    return given
  }
  const edit = ((): EditRequest['edit'] => {
    switch (draft.kind) {
      case 'exclude':
        return { kind: 'exclude', ...range() }
      case 'energy':
        return { kind: 'energy', ...range(), ...both() }
      case 'counter':
        return { kind: 'counter', at: isoLocal(time('at'), known.zone), ...both() }
      case 'replaced':
        return {
          kind: 'replaced',
          at: isoLocal(time('at'), known.zone),
          final: { importWh: energy('finalImport'), exportWh: energy('finalExport') },
          initial: { importWh: energy('initialImport'), exportWh: energy('initialExport') },
        }
    }
  })()
  if (Object.keys(faults).length > 0) return { faults }
  const note = draft.note.trim()
  return { request: { edit, ...(note === '' ? {} : { note }) } }
}

/** Untouched times are exact: when clocks show an hour twice, the text alone does not say which. */
function instantOf(text: string, { start, end, zone }: Known): number | null {
  for (const at of [start, end]) if (text === localText(at, zone)) return at
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) return null
  return tryParseTime(text, zone) ?? null
}

/** kWh as people write them, with a comma or a point → Wh; null for nothing, NaN for what is no energy. */
export function wattHours(text: string): number | null {
  const plain = text.trim().replaceAll(/[\s\u00A0\u202F]/g, '')
  if (plain === '') return null
  if (!/^\d+([.,]\d+)?$/.test(plain)) return Number.NaN
  // Whole milliwatt-hours are what the ledger keeps.
  return Math.round(Number(plain.replace(',', '.')) * 1e6) / 1000
}
