import { InvalidInput, isId, slotMs } from '@ohmstead/model'
import type { Range } from './columns.ts'
import { ancestors, type MeterDirectory } from './directory.ts'
import { qualityIndex, type SlotColumns, slotColumns, sourceIndex } from './meter.ts'

/** A meter that is computed from others: `house` minus the plugs is what nobody tracks. Its slots are never stored. */
export interface VirtualMeter {
  readonly id: string
  readonly name: string
  /** Ids of devices or of other virtual meters. */
  readonly plus: readonly string[]
  readonly minus: readonly string[]
}

interface Term {
  readonly device: string
  readonly sign: 1 | -1
}

/**
 * The devices that a virtual meter comes down to.
 * @throws InvalidInput when it contains itself, or counts a device twice
 */
export function termsOf(meter: VirtualMeter, others: ReadonlyMap<string, VirtualMeter>): Term[] {
  const terms: Term[] = []
  const visit = (one: VirtualMeter, sign: 1 | -1, path: readonly string[]) => {
    if (path.includes(one.id)) throw new InvalidInput('plus', `'${one.id}' would contain itself`)
    for (const [ids, side] of [[one.plus, 1] as const, [one.minus, -1] as const]) {
      for (const id of ids) {
        const inner = id === meter.id ? meter : others.get(id)
        if (inner) visit(inner, (sign * side) as 1 | -1, [...path, one.id])
        else terms.push({ device: id, sign: (sign * side) as 1 | -1 })
      }
    }
  }
  visit(meter, 1, [])
  return terms
}

/**
 * Refuses a definition that is empty, circular or counts energy twice.
 * @throws InvalidInput naming the field
 */
export function checkVirtual(
  site: string,
  meter: VirtualMeter,
  others: ReadonlyMap<string, VirtualMeter>,
  directory: MeterDirectory,
): void {
  if (!isId(meter.id)) throw new InvalidInput('id', 'expected 1–63 of a–z, 0–9 and -')
  if (directory.device(site, meter.id)) throw new InvalidInput('id', `'${meter.id}' is a device`)
  if (meter.plus.length === 0) throw new InvalidInput('plus', 'expected at least one meter')
  for (const side of ['plus', 'minus'] as const) {
    for (const id of meter[side]) {
      const isKnown = id === meter.id || others.has(id) || directory.device(site, id) !== undefined
      if (!isKnown) throw new InvalidInput(side, `no meter '${id}'`)
    }
  }
  const terms = termsOf(meter, others)
  for (const { device, sign } of terms) {
    const field = sign === 1 ? 'plus' : 'minus'
    if (terms.filter(other => other.device === device).length > 1)
      throw new InvalidInput(field, `'${device}' would count twice`)
    const parent = ancestors(directory, site, device).find(id =>
      terms.some(other => other.device === id && other.sign === sign),
    )
    if (parent) throw new InvalidInput(field, `'${parent}' already contains '${device}'`)
  }
}

export interface Member {
  readonly sign: 1 | -1
  readonly slots: SlotColumns
  /** Slots before `first` and after `last` do not miss it. */
  readonly first: number
  readonly last: number
}

/** Severity of qualities: the sum is no better than its worst member. */
const severity = ['measured', 'recovered', 'interpolated', 'estimated', 'edited', 'missing'] as const
const severityOf = (quality: number) => severity.findIndex(name => qualityIndex[name] === quality)

/**
 * Members added and subtracted slot by slot. What is less than nothing is export. A slot in which a member is missing is
 * missing; one in which it is partly known is covered as far as the least known member.
 */
export function combineMembers(members: readonly Member[], range: Range): SlotColumns {
  const out = slotColumns(range.from, Math.round((range.to - range.from) / slotMs))
  const isDifference = members.some(member => member.sign === -1)
  for (let k = 0; k < out.length; k++) combineSlot(members, k, isDifference, out)
  return out
}

function combineSlot(members: readonly Member[], k: number, isDifference: boolean, out: SlotColumns): void {
  const start = out.first + k * slotMs
  let net = 0
  let covered = slotMs
  let worst = -1
  let knowsExport = isDifference
  for (const { sign, slots, first, last } of members) {
    if (start < first || start > last) continue
    const imports = slots.importMilliWh[k]!
    const exports = slots.exportMilliWh[k]!
    if (Number.isNaN(imports) && Number.isNaN(exports)) return
    net += sign * ((imports || 0) - (exports || 0))
    if (!Number.isNaN(exports)) knowsExport = true
    covered = Math.min(covered, slots.coveredMs[k]!)
    worst = Math.max(worst, severityOf(slots.quality[k]!))
  }
  if (worst < 0) return
  out.importMilliWh[k] = Math.max(0, net)
  if (knowsExport) out.exportMilliWh[k] = Math.max(0, -net)
  out.coveredMs[k] = covered
  out.quality[k] = qualityIndex[severity[worst]!]
  out.source[k] = sourceIndex.virtual
}
