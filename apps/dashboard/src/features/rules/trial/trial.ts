import type { Told } from '../../../api/rules.ts'

export type Said = Omit<Extract<Told, { type: 'said' }>, 'type' | 'rule'>
export type Done = Omit<Extract<Told, { type: 'done' }>, 'type' | 'rule'>

/** What one of the rules that are tried has said so far. */
export interface Lane {
  readonly said: readonly Said[]
  /** Null until it has come to the end. */
  readonly done: Done | null
  readonly through: number
}

export interface Trial {
  readonly from: number
  readonly to: number
  readonly lanes: readonly Lane[]
}

export function beginning({ from, to }: { from: number; to: number }, rules: number): Trial {
  return { from, to, lanes: Array.from({ length: rules }, () => ({ said: [], done: null, through: from })) }
}

/** The trial after it has told more. */
export function heard(trial: Trial, told: readonly Told[]): Trial {
  return {
    ...trial,
    lanes: trial.lanes.map((lane, at) =>
      told.filter(({ rule }) => rule === at).reduce(laneAfter, copied(lane)),
    ),
  }
}

interface OpenLane {
  said: Said[]
  done: Done | null
  through: number
}

const copied = ({ said, done, through }: Lane): OpenLane => ({ said: [...said], done, through })

function laneAfter(lane: OpenLane, told: Told): OpenLane {
  if (told.type === 'progress') lane.through = told.through
  else if (told.type === 'done') {
    const { type: _, rule: __, ...done } = told
    lane.done = done
  } else {
    const { type: _, rule: __, ...said } = told
    lane.said.push(said)
  }
  return lane
}

/** 0–1 over all rules that are tried. */
export function progressOf({ from, to, lanes }: Trial): number {
  if (to <= from) return 1
  const shares = lanes.map(({ done, through }) => (done === null ? (through - from) / (to - from) : 1))
  return shares.reduce((sum, share) => sum + share, 0) / lanes.length
}

/** A stretch in which something held. */
export interface Held {
  readonly key: string
  readonly device: string | null
  /** Null: already before the time that was looked at. */
  readonly from: number | null
  /** Null: still at its end. */
  readonly to: number | null
  /** Null for a stretch whose beginning is not known. */
  readonly row: Readonly<Record<string, unknown>> | null
}

/** The stretches from raised to cleared of each key, oldest first. */
export function stretches(said: readonly Said[]): Held[] {
  const open = new Map<string, Said>()
  const held: Held[] = []
  for (const one of said) {
    if (one.kind === 'raised') open.set(one.key, one)
    if (one.kind !== 'cleared') continue
    const raised = open.get(one.key)
    open.delete(one.key)
    held.push({
      key: one.key,
      device: one.device,
      from: raised?.time ?? null,
      to: one.time,
      row: raised?.row ?? null,
    })
  }
  for (const { key, device, time, row } of open.values())
    held.push({ key, device, from: time, to: null, row })
  return held.sort((a, b) => (a.from ?? 0) - (b.from ?? 0))
}

/** Up to when a rule's words were told one by one, when it has said more than that; null when all were. */
export function toldTo({ said, done }: Lane): number | null {
  if (done === null || said.length >= done.raised + done.cleared + done.events) return null
  return said.at(-1)?.time ?? null
}

/** The stretches of a rule; one whose end may be among what was not told is left out. */
export function heldOf(lane: Lane): Held[] {
  const held = stretches(lane.said)
  return toldTo(lane) === null ? held : held.filter(({ to }) => to !== null)
}
