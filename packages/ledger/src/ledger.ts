import { type Instant, InvalidInput, type Slot, slotMs } from '@ohmstead/model'
import { Answers, virtualById } from './answers.ts'
import type { Range } from './columns.ts'
import type { Preview } from './comparison.ts'
import { Editing } from './editing.ts'
import { type Edit, editRange, type NewEdit } from './edits.ts'
import type { EnergyAnswer, EnergyQuery } from './energy.ts'
import { NotInLedger } from './errors.ts'
import type { SeriesEvidence } from './evidence.ts'
import type { LedgerOptions } from './options.ts'
import { Rebuilder, type RebuildOptions, type Rebuilt } from './rebuilder.ts'
import { slotCeil, slotFloor } from './slotEnergy.ts'
import type { Counts, RevisionQuery, SlotStore, StoredRevision } from './slotStore.ts'
import { openSqliteSlotStore } from './sqliteSlotStore.ts'
import { Turns } from './turns.ts'
import { Upkeep } from './upkeep.ts'
import { checkVirtual, type VirtualMeter } from './virtual.ts'

export interface Explanation {
  /** Null when it has not begun. */
  readonly slot: Slot | null
  readonly series: readonly SeriesEvidence[]
  readonly edits: readonly Edit[]
}

/**
 * Keeps the slots of all meters current: readings, edits and rules mark ranges dirty, a job rebuilds them, each change of
 * a slot that was final leaves a revision.
 */
export class Ledger implements AsyncDisposable {
  readonly #options: LedgerOptions
  readonly #store: SlotStore
  readonly #turns = new Turns()
  readonly #rebuilder: Rebuilder
  readonly #upkeep: Upkeep
  readonly #editing: Editing
  readonly #answers: Answers

  private constructor(options: LedgerOptions, store: SlotStore) {
    this.#options = options
    this.#store = store
    this.#rebuilder = new Rebuilder(options, store)
    this.#upkeep = new Upkeep(options, store, this.#turns, this.#rebuilder)
    this.#editing = new Editing(options, store, this.#turns, this.#rebuilder)
    this.#answers = new Answers(options, store)
  }

  /** @throws LedgerNotOpened */
  static async open(options: LedgerOptions): Promise<Ledger> {
    const ledger = new Ledger(options, openSqliteSlotStore(options.file))
    ledger.#resume()
    return ledger
  }

  /** Edits and rules whose rebuild was cut short by the end of the process. */
  #resume(): void {
    for (const pending of this.#store.pending()) {
      this.#turns
        .run(() => this.#rebuilder.finish(pending))
        .catch(error => this.#options.onError?.(error, pending))
    }
  }

  // ── keeping current ────────────────────────────────────────────────────────────────────────────────────────────

  /** Readings of a device were stored, the first at `from`, the last at `to`. Cheap; the rebuild comes within seconds. */
  touch(site: string, device: string, from: Instant, to: Instant): void {
    this.#upkeep.touch(site, device, from, to)
  }

  /**
   * As `touch`, for what was stored before this ledger was opened and may not have been looked at then: energy and slots
   * of the device are not answered before they hold it.
   */
  recover(site: string, device: string, from: Instant, to: Instant): void {
    this.#upkeep.recover(site, device, from, to)
  }

  /**
   * Resolves when all that was handed to `recover` is rebuilt, of all sites, of one, or of some of its devices.
   * @throws what the source of readings threw · whatever `signal` was aborted with
   */
  recovered(of?: { site?: string; devices?: readonly string[]; signal?: AbortSignal }): Promise<void> {
    return this.#upkeep.recovered(of)
  }

  /** Virtual meters are made of others, so that all of the site's are waited for. */
  async #recoveredFor(site: string, devices: readonly string[] | undefined): Promise<void> {
    if (!this.#upkeep.isBehind) return
    const virtual = virtualById(this.#store, site)
    if (devices === undefined || devices.some(device => virtual.has(device)))
      await this.#upkeep.recovered({ site })
    else await this.#upkeep.recovered({ site, devices })
  }

  /**
   * Resolves when everything that was touched before the call is in the file, durably.
   * @param only this meter's
   * @throws what the source of readings threw
   */
  settled(only?: { site: string; device: string }): Promise<void> {
    return this.#upkeep.settled(only)
  }

  /** How old the oldest touched range is that has not been rebuilt. ms */
  lag(): number {
    return this.#upkeep.lag()
  }

  /** Meters waiting for a rebuild. */
  get waiting(): number {
    return this.#upkeep.waiting
  }

  counts(): Counts {
    return this.#store.counts()
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
    return this.#turns.run(() =>
      this.#rebuilder.range(site, device, whole, { cause: 'recompute', who: null }, { signal, onProgress }),
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
    return this.#turns.run(() => this.#rebuilder.finish(pending))
  }

  // ── edits ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * What the slots would be with this edit; nothing is written.
   * @throws InvalidInput naming the field
   */
  preview(edit: NewEdit): Promise<Preview> {
    return this.#editing.preview(edit)
  }

  /** What the slots would be without this edit. @throws NotInLedger */
  previewUndo(site: string, id: number): Promise<Preview> {
    return this.#editing.previewUndo(site, id)
  }

  /**
   * Saves an edit and rebuilds what it changes; each changed slot leaves a revision with `who`.
   * @throws InvalidInput naming the field
   */
  apply(edit: NewEdit, who: string): Promise<Edit> {
    return this.#editing.apply(edit, who)
  }

  /** Takes an edit back; it stays on record. @throws NotInLedger, InvalidInput when its readings are no longer kept */
  undo(site: string, id: number, who: string): Promise<Edit> {
    return this.#editing.undo(site, id, who)
  }

  /** Oldest first, undone ones too. */
  edits(site: string, device?: string): Edit[] {
    return this.#editing.list(site, device)
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
    return { slot: stored ?? null, series: await this.#rebuilder.reader(site, device).evidence(range), edits }
  }

  // ── virtual meters ─────────────────────────────────────────────────────────────────────────────────────────────

  virtualMeters(site: string): VirtualMeter[] {
    return this.#store.virtualMeters(site)
  }

  /** Makes or replaces a virtual meter. @throws InvalidInput when it is circular or counts energy twice */
  putVirtualMeter(site: string, meter: VirtualMeter): void {
    const others = virtualById(this.#store, site)
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

  // ── answers ────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Devices of a site that have energy; virtual meters are not among them. */
  meters(site: string): string[] {
    return this.#answers.meters(site)
  }

  /** Each slot that begins in [from, to) and has begun; unknown ones are `missing`. */
  async slots(site: string, device: string, range: Range): Promise<Slot[]> {
    await this.#recoveredFor(site, [device])
    return this.#answers.slots(site, device, range)
  }

  /**
   * Slots of a meter that begin in [from, to) and are final: only a late reading, an edit or a rule can change them. Those of
   * which nothing is known are left out, and virtual meters have none.
   */
  async finalSlots(site: string, device: string, range: Range): Promise<Slot[]> {
    await this.#recoveredFor(site, [device])
    return this.#answers.finalSlots(site, device, range)
  }

  /**
   * Energy by bucket and group, in the site's calendar.
   * @throws InvalidInput for an unknown zone or too many buckets
   */
  async energy(query: EnergyQuery): Promise<EnergyAnswer> {
    await this.#recoveredFor(query.site, query.devices)
    return this.#answers.energy(query)
  }

  // ── ending ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Forgets all energy, edits and revisions of a device or a whole site. */
  remove(site: string, device?: string): Promise<void> {
    return this.#turns.run(async () => {
      this.#upkeep.forget(site, device)
      this.#store.remove(site, device)
    })
  }

  /** Ends without waiting for dirty ranges; a rebuild in hand is finished. Twice is harmless. */
  async close(): Promise<void> {
    const done = this.#turns.close()
    this.#upkeep[Symbol.dispose]()
    await done
    this.#rebuilder[Symbol.dispose]()
    this.#store[Symbol.dispose]()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
