import { type Clock, type Instant, InvalidInput, type Revision, type Slot, slotMs } from '@ohmstead/model'
import type { Range } from './columns.ts'
import { Comparison, listSlots, type Preview } from './comparison.ts'
import { DayBlock, dayFloor, dayMs, slotsPerDay } from './dayBlock.ts'
import type { MeterDirectory } from './directory.ts'
import { type Dirty, DirtyRanges } from './dirty.ts'
import { checkEdit, type Edit, type EditBody, editRange, meterEdits, type NewEdit } from './edits.ts'
import {
  bucketsOf,
  type EnergyAnswer,
  type EnergyQuery,
  groupsOf,
  type Part,
  type PartSlots,
  slotsOf,
  sumBuckets,
} from './energy.ts'
import { LedgerClosed, NotInLedger } from './errors.ts'
import type { SeriesEvidence } from './evidence.ts'
import type { Loaded, ReadingSource } from './loader.ts'
import { Merge, touched, type Use, type Why } from './merge.ts'
import { type SlotColumns, slotColumns } from './meter.ts'
import { MeterReader, type ReadSlots } from './reader.ts'
import { slotCeil, slotFloor } from './slotEnergy.ts'
import type { Counts, Pending, RevisionQuery, SlotStore, StoredRevision } from './slotStore.ts'
import { openSqliteSlotStore } from './sqliteSlotStore.ts'
import { Tails } from './tails.ts'
import { checkVirtual, combineMembers, termsOf, type VirtualMeter } from './virtual.ts'

export interface LedgerOptions {
  /** The ledger's file, or `:memory:`. */
  readonly file: string
  readonly source: ReadingSource
  readonly directory: MeterDirectory
  readonly clock: Clock
  /** Told after the change is in the file. */
  readonly onRevisions?: (revisions: readonly Revision[]) => void
  /** Told whenever slots of [from, to) were written, revised or new. */
  readonly onSlots?: (change: SlotsWritten) => void
  /** Told of a failed rebuild of a meter, or null: of a failed write of what waits. Both are tried again. */
  readonly onError?: (error: unknown, meter: { site: string; device: string } | null) => void
  /** How long touched ranges gather before they are rebuilt. ms */
  readonly gatherMs?: number
}

export interface SlotsWritten extends Range {
  readonly site: string
  readonly device: string
}

export interface Explanation {
  /** Null when it has not begun. */
  readonly slot: Slot | null
  readonly series: readonly SeriesEvidence[]
  readonly edits: readonly Edit[]
}

export interface RebuildProgress {
  /** Everything up to here is done. */
  readonly upTo: Instant
  readonly points: number
}

export interface RebuildOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: RebuildProgress) => void
}

export interface Rebuilt {
  readonly slots: number
  readonly points: number
  /** Slots that are not what they were. */
  readonly changed: number
}

/** Work on one meter between two yields stays near this many readings: a few milliseconds. */
const pointsPerTurn = 100_000
const mostDaysPerTurn = 32
/** A meter whose rebuild took t rests for `restFactor` × t, so that the ledger never takes the machine from ingest. */
const restFactor = 20
const longestRestMs = 30_000
/** All rebuilds together: for one part of time at work, this many parts at rest. */
const shareFactor = 2
const retryMs = 5_000
/** A flash card lives longer when the day of a live meter is not written every second. */
const saveMs = 30_000
/** Readings of a clock that runs ahead more than this are not looked at. */
const aheadMs = 86_400_000
const longestSlotList = 200_000
const longestPreviewMs = 800 * 86_400_000

/**
 * Keeps the slots of all meters current: readings, edits and rules mark ranges dirty, a job rebuilds them, each change of
 * a slot that was final leaves a revision.
 */
export class Ledger implements AsyncDisposable {
  readonly #options: LedgerOptions
  readonly #store: SlotStore
  readonly #dirty = new DirtyRanges()
  readonly #tails = new Tails()
  /** Meters whose slots may lack readings of before the start: nothing is said of them before they are rebuilt. */
  readonly #behind = new Set<string>()
  readonly #restUntil = new Map<string, Instant>()
  #cancelTimer: (() => void) | null = null
  #cancelSave: (() => void) | null = null
  #running = false
  #closed = false
  /** One rebuild at a time: the tail of the queue. */
  #queue: Promise<unknown> = Promise.resolve()

  private constructor(options: LedgerOptions, store: SlotStore) {
    this.#options = options
    this.#store = store
  }

  /** @throws LedgerNotOpened */
  static async open(options: LedgerOptions): Promise<Ledger> {
    const ledger = new Ledger(options, openSqliteSlotStore(options.file))
    await ledger.#resume()
    return ledger
  }

  /** Edits and rules whose rebuild was cut short by the end of the process. */
  async #resume(): Promise<void> {
    for (const pending of this.#store.pending()) {
      this.#exclusive(() => this.#finish(pending)).catch(error => this.#options.onError?.(error, pending))
    }
  }

  // ── keeping current ────────────────────────────────────────────────────────────────────────────────────────────

  /** Readings of a device were stored, the first at `from`, the last at `to`. Cheap; the rebuild comes within seconds. */
  touch(site: string, device: string, from: Instant, to: Instant): void {
    if (this.#closed || !(to >= from)) return
    this.#markDirty(site, device, { from, to, since: this.#options.clock.now() })
    this.#wake(this.#options.gatherMs ?? 1000)
  }

  #markDirty(site: string, device: string, range: Dirty): void {
    const computedTo = this.#store.meter(site, device)?.last ?? Number.NEGATIVE_INFINITY
    this.#dirty.add(`${site}/${device}`, range, range.from < computedTo)
  }

  /**
   * As `touch`, for what was stored before this ledger was opened and may not have been looked at then: energy and slots
   * of the device are not answered before they hold it.
   */
  recover(site: string, device: string, from: Instant, to: Instant): void {
    if (this.#closed || !(to >= from)) return
    this.#behind.add(`${site}/${device}`)
    this.touch(site, device, from, to)
  }

  /**
   * Resolves when all that was handed to `recover` is rebuilt, of all sites, of one, or of some of its devices.
   * @throws what the source of readings threw · whatever `signal` was aborted with
   */
  async recovered(
    of: { site?: string; devices?: readonly string[]; signal?: AbortSignal } = {},
  ): Promise<void> {
    for (const key of [...this.#behind]) {
      const { site, device } = meterOf(key)
      if (of.site !== undefined && of.site !== site) continue
      if (of.devices !== undefined && !of.devices.includes(device)) continue
      of.signal?.throwIfAborted()
      await this.#exclusive(async () => {
        if (this.#behind.has(key)) await this.#rebuildDirty(key)
      })
    }
  }

  /** Virtual meters are made of others, so that all of the site's are waited for. */
  #recoveredFor(site: string, devices: readonly string[] | undefined): Promise<void> | undefined {
    if (this.#behind.size === 0) return
    const virtual = this.#virtualById(site)
    if (devices === undefined || devices.some(device => virtual.has(device))) return this.recovered({ site })
    return this.recovered({ site, devices })
  }

  #wake(delayMs: number): void {
    if (this.#cancelTimer || this.#running || this.#closed) return
    this.#cancelTimer = this.#options.clock.after(delayMs, () => {
      this.#cancelTimer = null
      void this.#work()
    })
  }

  /** Rebuilds one dirty meter, rests, and goes on while there are others. */
  async #work(): Promise<void> {
    this.#running = true
    const { onError } = this.#options
    const key = this.#dirty.next(meter => this.#rested(meter))
    const started = performance.now()
    if (key !== undefined) {
      await this.#exclusive(() => this.#rebuildDirty(key)).catch(error => onError?.(error, meterOf(key)))
    }
    this.#running = false
    const gatherMs = this.#options.gatherMs ?? 1000
    if (this.#dirty.size > 0)
      this.#wake(key === undefined ? gatherMs : shareFactor * (performance.now() - started))
  }

  /**
   * Resolves when everything that was touched before the call is in the file, durably.
   * @param only this meter's
   * @throws what the source of readings threw
   */
  async settled(only?: { site: string; device: string }): Promise<void> {
    const wanted = only && `${only.site}/${only.device}`
    const failures: unknown[] = []
    // One meter that cannot be rebuilt does not keep the others from it.
    for (const key of this.#dirty.meters()) {
      if (wanted !== undefined && key !== wanted) continue
      await this.#exclusive(() => this.#rebuildDirty(key)).catch(error => failures.push(error))
    }
    await this.#exclusive(async () => this.#store.sync())
    if (failures.length > 0) throw failures[0]
  }

  async #rebuildDirty(key: string): Promise<void> {
    const ranges = this.#dirty.take(key)
    const { site, device } = meterOf(key)
    const started = performance.now()
    const loaded = this.#tails.take(key, Math.min(...ranges.map(range => range.from)))
    for (const [i, range] of ranges.entries()) {
      try {
        await this.#rebuildAround(site, device, range, touched, { loaded })
      } catch (error) {
        for (const rest of ranges.slice(i)) this.#markDirty(site, device, rest)
        this.#restUntil.set(key, this.#options.clock.now() + retryMs)
        throw error
      }
    }
    this.#tails.keep(key, loaded)
    this.#behind.delete(key)
    const restMs = Math.min(longestRestMs, restFactor * (performance.now() - started))
    this.#restUntil.set(key, this.#options.clock.now() + restMs)
  }

  /** A rest that seems longer than any is of a clock that was set back. */
  #rested(meter: string): boolean {
    const leftMs = (this.#restUntil.get(meter) ?? 0) - this.#options.clock.now()
    return leftMs <= 0 || leftMs > Math.max(longestRestMs, retryMs)
  }

  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#queue.then(() => {
      if (this.#closed) throw new LedgerClosed()
      return work()
    })
    this.#queue = next.catch(() => {})
    return next
  }

  /** How old the oldest touched range is that has not been rebuilt. ms */
  lag(): number {
    const oldest = this.#dirty.oldest()
    return oldest === undefined ? 0 : Math.max(0, this.#options.clock.now() - oldest)
  }

  /** Meters waiting for a rebuild. */
  get waiting(): number {
    return this.#dirty.size
  }

  counts(): Counts {
    return this.#store.counts()
  }

  // ── rebuilding ─────────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * Rebuilds what readings or an edit in `range`, both ends inclusive, can have changed.
   * @param also edits under which the change reaches at least as far
   */
  async #rebuildAround(
    site: string,
    device: string,
    range: Range,
    why: Why,
    { loaded, also }: { loaded?: Map<number, Loaded>; also?: readonly EditBody[] },
  ): Promise<Rebuilt> {
    const reader = this.#reader(site, device, { loaded })
    const isMeter = reader.isMeter || this.#store.meter(site, device) !== undefined
    if (why === touched && !isMeter) return { slots: 0, points: 0, changed: 0 }
    let affected = await reader.affected(range)
    if (also) {
      const other = await this.#reader(site, device, { bodies: also }).affected(range)
      affected = { from: Math.min(affected.from, other.from), to: Math.max(affected.to, other.to) }
    }
    return this.#rebuildRange(site, device, affected, why, { loaded })
  }

  /**
   * Computes the slots of [from, to) again from readings, edits and rules, chunk by chunk.
   * @param range whole slots, or it is widened to them
   */
  rebuild(
    site: string,
    device: string,
    range: Range,
    { signal, onProgress }: RebuildOptions = {},
  ): Promise<Rebuilt> {
    const whole = { from: slotFloor(range.from), to: slotCeil(range.to) }
    return this.#exclusive(() =>
      this.#rebuildRange(site, device, whole, { cause: 'recompute', who: null }, { signal, onProgress }),
    )
  }

  /** A rule of a device changed (its rated power, its counter's modulus): all of its slots are judged again. */
  rulesChanged(site: string, device: string, who: string | null = null): Promise<Rebuilt> {
    const row = this.#store.meter(site, device)
    if (!row || row.first === null || row.last === null)
      return Promise.resolve({ slots: 0, points: 0, changed: 0 })
    const pending = this.#store.addPending({
      site,
      device,
      from: row.first,
      to: row.last,
      cause: 'rule',
      who,
    })
    return this.#exclusive(() => this.#finish(pending))
  }

  async #finish(pending: Pending): Promise<Rebuilt> {
    const { site, device, from, to, cause, who, id } = pending
    const also = this.#undoneBodies(site, device)
    const done = await this.#rebuildAround(site, device, { from, to }, { cause, who }, { also })
    this.#store.flush()
    this.#store.removePending(id)
    return done
  }

  /** The edits as if none had been undone: what an undone edit had changed, its undoing can change. */
  #undoneBodies(site: string, device: string): EditBody[] {
    return this.#store.edits(site, device).map(edit => edit.body)
  }

  async #rebuildRange(
    site: string,
    device: string,
    range: Range,
    why: Why,
    { signal, onProgress, loaded }: RebuildOptions & { loaded?: Map<number, Loaded> } = {},
  ): Promise<Rebuilt> {
    const reader = this.#reader(site, device, { loaded })
    const before = this.#store.meter(site, device)
    const done = { slots: 0, points: 0, changed: 0 }
    let days = 1
    let from = Math.max(range.from, this.#computableFrom(site))
    while (from < range.to) {
      signal?.throwIfAborted()
      const to = Math.min(range.to, dayFloor(from) + days * dayMs)
      const read = await reader.slots({ from, to })
      done.changed += this.#write(site, device, read, { why, before })
      done.slots += read.slots.length
      done.points += read.points
      onProgress?.({ upTo: to, points: done.points })
      const wanted = (days * pointsPerTurn) / Math.max(1, read.points)
      days = Math.min(mostDaysPerTurn, 2 * days, Math.max(1, Math.floor(wanted)))
      from = to
      if (from < range.to) await new Promise<void>(resolve => setImmediate(resolve))
    }
    return done
  }

  /** Before this, readings are no longer kept (or what comes before them is not): slots stay as they are. */
  #computableFrom(site: string): Instant {
    const kept = this.#options.directory.readingsFrom?.(site) ?? null
    return kept === null ? Number.NEGATIVE_INFINITY : slotCeil(kept) + dayMs
  }

  #reader(
    site: string,
    device: string,
    { bodies, loaded }: { bodies?: readonly EditBody[]; loaded?: Map<number, Loaded> } = {},
  ): MeterReader {
    const { directory, source, clock } = this.#options
    const facts = directory.device(site, device)
    const modulus = facts?.counterModulusWh ?? null
    return new MeterReader(
      source,
      directory.series(site, device),
      {
        rules: {
          ratedPowerW: facts?.ratedPowerW ?? null,
          counterModulusMilliWh: modulus === null ? null : Math.round(modulus * 1000),
        },
        edits: meterEdits(bodies ?? this.#activeBodies(site, device)),
        zone: directory.zone(site),
        latest: clock.now() + aheadMs,
      },
      loaded,
    )
  }

  #activeBodies(site: string, device: string): EditBody[] {
    const edits = this.#store.edits(site, device)
    return edits.filter(edit => edit.undone === null).map(edit => edit.body)
  }

  /** Lays computed slots over the stored ones; answers how many changed. */
  #write(
    site: string,
    device: string,
    read: ReadSlots,
    { why, before }: { why: Why; before: Use | undefined },
  ): number {
    const { slots, settledUntil } = read
    const row = this.#store.meter(site, device)
    const range = { from: slots.first, to: slots.first + slots.length * slotMs }
    const stored = new Map(row ? this.#store.days(row.id, range).map(day => [day.start, day]) : [])
    const merge = new Merge(site, device, { now: row, before }, this.#options.clock.now(), why)
    for (let day = dayFloor(range.from); day < range.to; day += dayMs) {
      merge.day(stored.get(day) ?? null, day, slots, settledUntil)
    }
    const changes = merge.done()
    if (changes.days.length > 0) {
      this.#store.write(site, device, changes)
      this.#saveSoon()
      this.#options.onSlots?.({ site, device, ...range })
    }
    if (changes.revisions.length > 0) this.#options.onRevisions?.(changes.revisions)
    return merge.changed
  }

  /** Slots of live meters change all the time: they go to the file now and then, and whenever somebody relies on it. */
  #saveSoon(): void {
    if (this.#cancelSave || this.#store.unsaved === 0) return
    this.#cancelSave = this.#options.clock.after(saveMs, () => {
      this.#cancelSave = null
      if (this.#closed) return
      try {
        this.#store.flush()
      } catch (error) {
        this.#options.onError?.(error, null)
        this.#saveSoon()
      }
    })
  }

  // ── edits ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * What the slots would be with this edit; nothing is written.
   * @throws InvalidInput naming the field
   */
  async preview(edit: NewEdit): Promise<Preview> {
    this.#check(edit)
    const { site, device } = edit
    const bodies = this.#activeBodies(site, device)
    return this.#compare(site, device, bodies, [...bodies, edit.body], editRange(edit.body))
  }

  /** What the slots would be without this edit. @throws NotInLedger */
  async previewUndo(site: string, id: number): Promise<Preview> {
    const edit = this.#store.edit(site, id)
    if (!edit || edit.undone) throw new NotInLedger(`no edit ${id} to undo`)
    const active = this.#store.edits(site, edit.device).filter(one => one.undone === null)
    const without = active.filter(one => one.id !== id).map(one => one.body)
    return this.#compare(
      site,
      edit.device,
      active.map(one => one.body),
      without,
      editRange(edit.body),
    )
  }

  async #compare(
    site: string,
    device: string,
    now: EditBody[],
    then: EditBody[],
    about: Range,
  ): Promise<Preview> {
    const readers = [
      this.#reader(site, device, { bodies: now }),
      this.#reader(site, device, { bodies: then }),
    ] as const
    const reaches = await Promise.all(readers.map(reader => reader.affected(about)))
    const from = Math.min(...reaches.map(reach => reach.from))
    const to = Math.max(...reaches.map(reach => reach.to))
    if (to - from > longestPreviewMs) throw new InvalidInput('from', 'this would change more than two years')
    const comparison = new Comparison()
    for (let begin = from; begin < to; begin += 8 * dayMs) {
      const chunk = { from: begin, to: Math.min(to, begin + 8 * dayMs) }
      comparison.add((await readers[0].slots(chunk)).slots, (await readers[1].slots(chunk)).slots)
    }
    return comparison.done(about)
  }

  /**
   * Saves an edit and rebuilds what it changes; each changed slot leaves a revision with `who`.
   * @throws InvalidInput naming the field
   */
  async apply(edit: NewEdit, who: string): Promise<Edit> {
    this.#check(edit)
    return this.#exclusive(async () => {
      const { saved, pending } = this.#store.addEdit(edit, who, this.#options.clock.now())
      await this.#finish(pending)
      return saved
    })
  }

  #check({ site, device, body }: NewEdit): void {
    if (!this.#options.directory.device(site, device))
      throw new InvalidInput('device', `no device '${device}'`)
    checkEdit(body)
    this.#requireKept(site, body)
  }

  #requireKept(site: string, body: EditBody): void {
    if (editRange(body).from < this.#computableFrom(site))
      throw new InvalidInput('at' in body ? 'at' : 'from', 'readings of that time are no longer kept')
  }

  /** Takes an edit back; it stays on record. @throws NotInLedger, InvalidInput when its readings are no longer kept */
  async undo(site: string, id: number, who: string): Promise<Edit> {
    const edit = this.#store.edit(site, id)
    if (edit && !edit.undone) this.#requireKept(site, edit.body)
    return this.#exclusive(async () => {
      const undone = this.#store.undoEdit(site, id, who, this.#options.clock.now())
      if (!undone) throw new NotInLedger(`no edit ${id} to undo`)
      await this.#finish(undone.pending)
      return undone.saved
    })
  }

  /** Oldest first, undone ones too. */
  edits(site: string, device?: string): Edit[] {
    return this.#store.edits(site, device)
  }

  /** Newest first. */
  revisions(query: RevisionQuery): StoredRevision[] {
    return this.#store.revisions(query)
  }

  /**
   * Why a slot is what it is: what each series of the device says about it, and the edits that touch it.
   * @param slot its start
   */
  async explain(site: string, device: string, slot: Instant): Promise<Explanation> {
    const range = { from: slotFloor(slot), to: slotFloor(slot) + slotMs }
    const [stored] = await this.slots(site, device, range)
    const edits = this.edits(site, device).filter(({ body, undone }) => {
      const about = editRange(body)
      return undone === null && about.from < range.to && about.to >= range.from
    })
    return { slot: stored ?? null, series: await this.#reader(site, device).evidence(range), edits }
  }

  // ── virtual meters ─────────────────────────────────────────────────────────────────────────────────────────────

  virtualMeters(site: string): VirtualMeter[] {
    return this.#store.virtualMeters(site)
  }

  /** Makes or replaces a virtual meter. @throws InvalidInput when it is circular or counts energy twice */
  putVirtualMeter(site: string, meter: VirtualMeter): void {
    const others = this.#virtualById(site)
    checkVirtual(site, meter, others, this.#options.directory)
    const next = new Map(others).set(meter.id, meter)
    for (const other of others.values()) {
      if (other.id !== meter.id) checkVirtual(site, other, next, this.#options.directory)
    }
    this.#store.putVirtualMeter(site, meter)
  }

  /** @throws InvalidInput when another virtual meter uses it; NotInLedger when there is none */
  removeVirtualMeter(site: string, id: string): void {
    const user = this.virtualMeters(site).find(meter => meter.plus.includes(id) || meter.minus.includes(id))
    if (user) throw new InvalidInput('id', `'${user.id}' is computed from it`)
    if (!this.#store.removeVirtualMeter(site, id)) throw new NotInLedger(`no virtual meter '${id}'`)
  }

  #virtualById(site: string): Map<string, VirtualMeter> {
    return new Map(this.virtualMeters(site).map(meter => [meter.id, meter]))
  }

  // ── answers ────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Devices of a site that have energy; virtual meters are not among them. */
  meters(site: string): string[] {
    return this.#store
      .meters(site)
      .filter(row => row.first !== null)
      .map(row => row.device)
      .sort()
  }

  /** Each slot that begins in [from, to) and has begun; unknown ones are `missing`. */
  async slots(site: string, device: string, range: Range): Promise<Slot[]> {
    const from = slotCeil(range.from)
    const to = Math.min(slotCeil(range.to), slotCeil(this.#options.clock.now() + 1))
    if (to - from > longestSlotList * slotMs)
      throw new InvalidInput('to', `more than ${longestSlotList} slots`)
    if (to <= from) return []
    await this.#recoveredFor(site, [device])
    const virtual = this.#virtualById(site)
    const meter = virtual.get(device)
    if (meter) return listSlots(this.#virtualSlots(site, meter, virtual, { from, to }))
    const row = this.#store.meter(site, device)
    const blocks = new Map(
      row ? this.#store.days(row.id, { from, to }).map(block => [block.start, block]) : [],
    )
    const slots: Slot[] = []
    for (let at = from; at < to; at += slotMs) {
      const day = dayFloor(at)
      let block = blocks.get(day)
      if (!block) blocks.set(day, (block = DayBlock.empty(day)))
      slots.push(block.slot((at - day) / slotMs))
    }
    return slots
  }

  /**
   * Energy by bucket and group, in the site's calendar.
   * @throws InvalidInput for an unknown zone or too many buckets
   */
  async energy(query: EnergyQuery): Promise<EnergyAnswer> {
    const { site, by } = query
    const timezone = query.zone ?? this.#options.directory.zone(site)
    const buckets = bucketsOf(query, timezone)
    const range = slotsOf(buckets)
    await this.#recoveredFor(site, query.devices)
    const virtual = this.#virtualById(site)
    const wanted = query.devices ?? this.meters(site)
    const real = wanted.filter(device => !virtual.has(device))
    const groups = groupsOf(query, real, this.#options.directory)
    // A virtual meter is made of others: it stands for itself and is never added to anything.
    if (query.group === 'device') {
      for (const device of wanted) if (virtual.has(device)) groups.set(device, [{ device, sign: 1 }])
    }
    const now = this.#options.clock.now()
    return {
      by,
      timezone,
      groups: [...groups].map(([key, parts]) => ({
        key,
        buckets: sumBuckets(
          parts.map(part => this.#partSlots(site, part, virtual, range)),
          buckets,
          now,
        ),
      })),
    }
  }

  #partSlots(
    site: string,
    { device, sign }: Part,
    virtual: ReadonlyMap<string, VirtualMeter>,
    range: Range,
  ): PartSlots {
    const meter = virtual.get(device)
    if (meter)
      return {
        sign,
        slots: this.#virtualSlots(site, meter, virtual, range),
        ...this.#virtualExtent(site, meter, virtual),
      }
    return { sign, slots: this.#storedSlots(site, device, range), ...this.#extent(site, device) }
  }

  /** When a meter is expected to have energy: from its first on, up to its last once it is out of use. */
  #extent(site: string, device: string): { first: Instant; last: Instant } {
    const row = this.#store.meter(site, device)
    const inUse = this.#options.directory.device(site, device)?.enabled !== false
    return {
      first: row?.first ?? Number.POSITIVE_INFINITY,
      last: inUse ? Number.POSITIVE_INFINITY : (row?.last ?? Number.NEGATIVE_INFINITY),
    }
  }

  #virtualExtent(site: string, meter: VirtualMeter, virtual: ReadonlyMap<string, VirtualMeter>) {
    const extents = termsOf(meter, virtual).map(term => this.#extent(site, term.device))
    return {
      first: Math.min(...extents.map(extent => extent.first)),
      last: Math.max(...extents.map(extent => extent.last)),
    }
  }

  #virtualSlots(
    site: string,
    meter: VirtualMeter,
    virtual: ReadonlyMap<string, VirtualMeter>,
    range: Range,
  ): SlotColumns {
    const members = termsOf(meter, virtual).map(({ device, sign }) => ({
      sign,
      slots: this.#storedSlots(site, device, range),
      ...this.#extent(site, device),
    }))
    return combineMembers(members, range)
  }

  #storedSlots(site: string, device: string, range: Range): SlotColumns {
    const columns = slotColumns(range.from, Math.round((range.to - range.from) / slotMs))
    const row = this.#store.meter(site, device)
    if (row) for (const block of this.#store.days(row.id, range)) copyBlock(block, columns)
    return columns
  }

  // ── ending ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Forgets all energy, edits and revisions of a device or a whole site. */
  remove(site: string, device?: string): Promise<void> {
    return this.#exclusive(async () => {
      for (const key of this.#dirty.meters()) {
        const meter = meterOf(key)
        if (meter.site !== site || (device !== undefined && meter.device !== device)) continue
        this.#dirty.take(key)
        this.#behind.delete(key)
      }
      for (const row of this.#store.meters(site)) {
        if (device === undefined || row.device === device) this.#tails.forget(`${site}/${row.device}`)
      }
      this.#store.remove(site, device)
    })
  }

  /** Ends without waiting for dirty ranges; a rebuild in hand is finished. Twice is harmless. */
  async close(): Promise<void> {
    this.#closed = true
    this.#cancelTimer?.()
    this.#cancelSave?.()
    await this.#queue
    this.#store[Symbol.dispose]()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

function parts(key: string): [site: string, device: string] {
  const slash = key.indexOf('/')
  return [key.slice(0, slash), key.slice(slash + 1)]
}

function meterOf(key: string): { site: string; device: string } {
  const [site, device] = parts(key)
  return { site, device }
}

function copyBlock(block: DayBlock, into: SlotColumns): void {
  const offset = Math.round((block.start - into.first) / slotMs)
  const from = Math.max(0, -offset)
  const to = Math.min(slotsPerDay, into.length - offset)
  if (to <= from) return
  for (const column of [
    'importMilliWh',
    'exportMilliWh',
    'coveredMs',
    'quality',
    'source',
    'samples',
  ] as const) {
    into[column].set(block[column].subarray(from, to), offset + from)
  }
}
