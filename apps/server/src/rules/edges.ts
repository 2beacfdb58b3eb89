import { createHash } from 'node:crypto'
import type { Instant, Rule } from '@ohmstead/model'
import type { Ending } from './alerts/alertStore.ts'
import type { Compiled } from './compile.ts'
import type { Output } from './run.ts'

export type SaidKind = 'raised' | 'cleared' | 'event'

/** Something that a rule said for good: the same readings give the same id, so that nothing is said twice. */
export interface Said {
  readonly id: string
  readonly site: string
  readonly rule: string
  readonly version: number
  readonly kind: SaidKind
  /** What an alert is about, one open one for each: a device, or what the rule calls `key`. */
  readonly key: string
  readonly device: string | null
  /** Of the data. */
  readonly time: Instant
  readonly row: Readonly<Record<string, unknown>>
}

/**
 * What the rows of a rule come to. A rule that says when something is over says a thing once until it is over; one that does not
 * gives an event for each row, and an alert until somebody clears it.
 */
export class Edges {
  readonly #rule: Rule
  readonly #origin: string
  /** Whether the rule says when something is over. */
  readonly clears: boolean
  readonly alerts: boolean
  readonly #events: boolean
  /** Keys of what is open, and since when. */
  readonly open: Map<string, Instant>
  /** The last raise of each key. */
  readonly #raises = new Map<string, Said>()
  #numbers = new Map<string, number>()
  #numberedAt = Number.NaN

  /** Not yet come, oldest first. */
  readonly #endings: Ending[]

  /** @param open what is open when it begins @param endings of alerts by others than the rule, oldest first */
  constructor(
    rule: Rule,
    compiled: Pick<Compiled, 'meanings' | 'origin'>,
    open: ReadonlyMap<string, Instant>,
    endings: readonly Ending[] = [],
  ) {
    this.#rule = rule
    this.#origin = compiled.origin
    this.open = new Map(open)
    this.#endings = [...endings]
    this.clears = [...compiled.meanings.values()].includes('clear')
    this.alerts = rule.actions.some(({ kind }) => kind === 'alert')
    const kinds = new Set(rule.actions.map(({ kind }) => kind))
    // A webhook alone is told of each edge as an event.
    this.#events = kinds.has('event') || (kinds.has('webhook') && !this.alerts)
  }

  of(outputs: readonly Output[]): Said[] {
    return outputs.flatMap(output => {
      // Rows of the moment of an ending were known to whoever ended it.
      this.endThrough(output.time - 1)
      return output.meaning === 'raise' ? this.#raised(output) : this.#cleared(output)
    })
  }

  /** Lets the endings up to a moment come. */
  endThrough(time: Instant): void {
    while (this.#endings.length > 0 && this.#endings[0].time <= time) this.end(this.#endings.shift()!)
  }

  /** What was open then is over; what comes next is new. */
  end({ key, time }: Ending): void {
    if ((this.open.get(key) ?? Number.POSITIVE_INFINITY) > time) return
    this.open.delete(key)
    this.#raises.delete(key)
  }

  #raised(output: Output): Said[] {
    const key = keyOf(output)
    const isOpen = this.open.has(key)
    if (isOpen && this.clears) return []
    const said: Said[] = []
    if (!isOpen) {
      this.open.set(key, output.time)
      if (this.alerts) said.push(this.#raise(key, output))
    }
    if (this.#events) said.push(this.#said('event', key, output))
    return said
  }

  #raise(key: string, output: Output): Said {
    const said = this.#said('raised', key, output)
    this.#raises.set(key, said)
    return said
  }

  #cleared(output: Output): Said[] {
    const key = keyOf(output)
    this.#raises.delete(key)
    if (!this.open.delete(key)) return []
    return this.alerts ? [this.#said('cleared', key, output)] : []
  }

  /** What is open but not among `known`, as it was raised. */
  raisedAgain(known: ReadonlyMap<string, Instant>): Said[] {
    return [...this.#raises.values()].filter(({ key }) => this.open.has(key) && !known.has(key))
  }

  #said(kind: SaidKind, key: string, { time, row }: Output): Said {
    const { site, id: rule, version } = this.#rule
    const { device } = row
    const id = this.#idOf(kind, key, time)
    return {
      id,
      site,
      rule,
      version,
      kind,
      key,
      device: typeof device === 'string' ? device : null,
      time,
      row,
    }
  }

  /** Rows of one time are told apart by their number among their like. */
  #idOf(kind: SaidKind, key: string, time: Instant): string {
    if (time !== this.#numberedAt) {
      this.#numberedAt = time
      this.#numbers.clear()
    }
    const number = (this.#numbers.get(kind + key) ?? 0) + 1
    this.#numbers.set(kind + key, number)
    const { site, id, version } = this.#rule
    const parts = [site, id, version, kind, key, time, number]
    // What follows from other rules is another thing when they were changed.
    const text = this.#origin === '' ? parts : [...parts, this.#origin]
    return createHash('sha256').update(JSON.stringify(text)).digest('base64url').slice(0, 22)
  }
}

function keyOf({ row }: Output): string {
  const key = row.key ?? row.device ?? ''
  return typeof key === 'string' ? key.slice(0, 200) : JSON.stringify(key).slice(0, 200)
}
