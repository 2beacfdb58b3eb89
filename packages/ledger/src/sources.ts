import { convert, type EnergyRole, fieldInfo, type Series, unitInfo } from '@ohmstead/model'

export type Direction = 'import' | 'export'

/** Series of one quantity of a device that add up: channels, or the phases of a meter without a total. */
export interface Candidate {
  readonly kind: EnergyRole['kind']
  readonly direction: EnergyRole['direction']
  readonly intervalMs: number
  readonly resets: 'midnight' | undefined
  /** Whether values are power: W, or mean W of an interval. Otherwise energy. */
  readonly isPower: boolean
  /** What a value is multiplied by: to W, or to mWh. */
  readonly factor: number
  readonly series: readonly Series[]
  /** Lower is better where several cover a slot. */
  readonly rank: number
}

/** Fields that are parts of a total: they count when no total is there. */
const parts: Record<string, { total: string; role?: EnergyRole }> = {
  energyImportT1: { total: 'energyImport' },
  energyImportT2: { total: 'energyImport' },
  energyExportT1: { total: 'energyExport' },
  energyExportT2: { total: 'energyExport' },
  powerImport: { total: 'powerImport', role: { kind: 'power', direction: 'import' } },
  powerExport: { total: 'powerExport', role: { kind: 'power', direction: 'export' } },
}

const kindRank = { counter: 0, interval: 1000, power: 2000 } as const
const phaseField = /^(.+)L[123]$/

interface Meaning {
  readonly role: EnergyRole
  readonly unit: string
  /** What the series adds up with. */
  readonly group: string
  /** 0 the total itself, 1 registers that add up to it, 2 phases. */
  readonly partial: 0 | 1 | 2
}

/** Whether the ledger makes energy of this series. */
export function bearsEnergy(series: Pick<Series, 'measurement' | 'field' | 'tags' | 'type'>): boolean {
  return meaningOf(series) !== undefined
}

/** What a device's series can tell about its energy, best first. */
export function candidatesOf(series: readonly Series[]): Candidate[] {
  const groups = new Map<string, { meaning: Meaning; series: Series[] }>()
  for (const one of series) {
    const meaning = meaningOf(one)
    if (!meaning) continue
    const key = `${one.measurement} ${meaning.group} ${meaning.partial}`
    const group = groups.get(key)
    if (group) group.series.push(one)
    else groups.set(key, { meaning, series: [one] })
  }
  const ordered = [...groups.entries()].sort(([a], [b]) => order(a, b))
  return ordered
    .map(([, { meaning, series }], i) => candidate(meaning, series, i))
    .sort((a, b) => a.rank - b.rank)
}

/** An electricity meter knows best; else the alphabet decides, so that the answer does not depend on who came first. */
function order(a: string, b: string): number {
  const meter = (key: string) => (key.startsWith('electricalMeter ') ? 0 : 1)
  return meter(a) - meter(b) || (a < b ? -1 : 1)
}

function candidate({ role, unit, partial }: Meaning, series: Series[], position: number): Candidate {
  const isPower = convertible(unit, 'W')
  return {
    kind: role.kind,
    direction: role.direction,
    intervalMs: role.intervalMs ?? 0,
    resets: role.resets,
    isPower,
    factor: isPower ? convert(1, unit, 'W') : convert(1, unit, 'mW.h'),
    series: series.toSorted((a, b) => a.id - b.id),
    rank: kindRank[role.kind] + partial * 100 + position,
  }
}

function meaningOf(series: Pick<Series, 'measurement' | 'field' | 'tags' | 'type'>): Meaning | undefined {
  if (series.type !== 'number') return undefined
  const info = fieldInfo(series.measurement, series.field)
  if (!info) return undefined
  const phase = phaseField.exec(series.field)?.[1]
  const base = phase ?? series.field
  const part = Object.hasOwn(parts, base) ? parts[base]! : undefined
  const total = part?.total ?? base
  const role = part?.role ?? fieldInfo(series.measurement, total)?.energy
  if (!role) return undefined
  const partial = phase !== undefined || series.tags.phase !== undefined ? 2 : part ? 1 : 0
  return { role, unit: info.unit, group: total, partial }
}

function convertible(from: string, to: string): boolean {
  const dimension = unitInfo(from)?.dimension
  return dimension !== undefined && dimension === unitInfo(to)?.dimension
}
