import type { Clock, Instant, Series } from '@ohmstead/model'
import { StoreDamaged, StoreUnavailable } from '../errors.ts'
import type { StoreStatus } from '../store.ts'
import { type Blocks, countBlocks, hasHoles, hindmost, isMostlyHoles } from './blocks.ts'
import type { Changes } from './changes.ts'
import { type CompactionContext, compactSealed, moveForward, moveLists } from './compaction.ts'
import type { Disk } from './disk.ts'
import { isDamage } from './faults.ts'
import { Gate } from './gate.ts'
import type { Keeper, Log } from './keeper.ts'
import { Pace } from './pace.ts'
import { forgetSeries, forgottenOf, setFloor } from './retention.ts'
import type { Segment } from './segment.ts'

const tickMs = 60_000
/** Fewer values than a segment are sorted too when they have waited so long, and are not just a handful. */
const restMs = 6 * 3_600_000
const restRows = 20_000
/** A large partition is rewritten for a few late values after so long. */
const patienceMs = 24 * 3_600_000

/** Texts are sorted when they fill so many segments: each time their partition is written anew. */
const segmentsOfText = 32
/** An active segment so many times too large makes batches wait for the next one. */
const overfull = 4
/** While batches come fast, what is sealed waits to be sorted until it fills so many segments. */
const mostWaiting = 16
const calmCheckMs = 250

export interface UpkeepOptions {
  readonly segmentRows: number
  readonly segmentBytes: number
  readonly background: boolean
  readonly beforeCompact: () => Promise<void>
  readonly log: Log | undefined
}

/** Compaction, retention and removal: one at a time, in the background where nobody waits for them. */
export class Upkeep {
  readonly #changes: Changes
  readonly #keeper: Keeper
  readonly #disk: Disk
  readonly #clock: Clock
  readonly #options: UpkeepOptions
  readonly #turns = new Gate()
  readonly #pace: Pace
  #compaction: StoreStatus['compaction'] = { running: false, progress: 0, lastMs: null }
  #abort = new AbortController()
  #sorting: Promise<void> | undefined
  #rotating: Promise<void> | undefined
  /** Partitions with damaged blocks. */
  readonly #unreadable = new Set<number>()
  /** What the last compaction left in arrival order; it waits. */
  #left: ReadonlySet<Segment> = new Set()
  #sortedAt = Number.NEGATIVE_INFINITY
  #isClosed = false
  #stopTick = () => {}

  constructor(changes: Changes, keeper: Keeper, disk: Disk, clock: Clock, options: UpkeepOptions) {
    this.#changes = changes
    this.#keeper = keeper
    this.#disk = disk
    this.#clock = clock
    this.#options = options
    this.#pace = new Pace(clock)
  }

  get compaction(): StoreStatus['compaction'] {
    return { ...this.#compaction }
  }

  start(): void {
    if (this.#options.background) this.#tick()
  }

  /** Looks what is to be done now that a batch has come. */
  afterBatch(values: number): void {
    if (!this.#options.background) return
    this.#pace.note(values)
    this.#checkpointWhenDue()
    if (!this.#isFull(this.#changes.state.catalog.active)) return
    this.#behind(this.#rotate().then(() => this.#sortAgain()))
  }

  /** Waits until the active segment is not far larger than it should be: memory is bounded however fast batches come. */
  async makeRoom(): Promise<void> {
    const isOverfull = () =>
      this.#changes.state.catalog.active.bytes > overfull * this.#options.segmentBytes && !this.#isClosed
    if (this.#options.background && isOverfull()) await this.#rotate()
  }

  #checkpointWhenDue(): void {
    if (this.#changes.isCheckpointDue(this.#pace.isBusy)) this.#behind(this.#changes.checkpoint())
  }

  #isFull({ rows, bytes }: Segment): boolean {
    return rows >= this.#options.segmentRows || bytes >= this.#options.segmentBytes
  }

  #rotate(): Promise<void> {
    this.#rotating ??= this.#changes
      .rotate(active => this.#isFull(active))
      .finally(() => (this.#rotating = undefined))
    return this.#rotating
  }

  /** Sorts everything; comes back when done, or when the signal says so. */
  async compact(signal?: AbortSignal): Promise<void> {
    for (let isDone = false; !isDone && signal?.aborted !== true && !this.#isClosed; ) {
      isDone = await this.#turns.run(() => this.#sort(false, signal))
    }
  }

  retain(before: Instant, site: string | undefined): Promise<void> {
    return this.#instead(() => setFloor(this.#changes, before, site))
  }

  remove(series: readonly Series[]): Promise<void> {
    return this.#instead(() => forgetSeries(this.#changes, series))
  }

  /** Stops compaction where it is. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#stopTick()
    this.#abort.abort()
    await this.#turns.run(async () => {})
  }

  /** Work that nobody waits for; what goes wrong is logged, and tried again when its time comes. */
  #behind(work: Promise<unknown>): void {
    work.catch(error => {
      // Of damage everybody is told once.
      if (this.#isClosed || isDamage(error)) return
      this.#options.log?.warn({ err: error }, 'upkeep of the readings store failed')
    })
  }

  #tick(): void {
    this.#stopTick = this.#clock.after(tickMs, () => {
      this.#checkpointWhenDue()
      const { segments } = this.#changes.state.catalog
      const rows = segments.reduce((sum, segment) => sum + segment.rows, 0)
      const oldest = Math.min(...segments.map(segment => segment.openedAt))
      const age = this.#clock.now() - Math.max(oldest, this.#sortedAt)
      if ((rows >= restRows && age >= restMs) || age >= patienceMs) this.#sortSoon()
      else this.#shortenSoon()
      this.#tick()
    })
  }

  #sortSoon(): void {
    if (this.#sorting !== undefined || this.#isClosed) return
    this.#sorting = this.#calm(this.#abort.signal)
      .then(() => this.#turns.run(() => this.#sort(true)))
      .then(() => {})
      .finally(() => (this.#sorting = undefined))
    this.#behind(this.#sorting.then(() => this.#sortAgain()))
  }

  /** Waits while batches come fast and what is sealed is not too much: sorting would take the cores from them. */
  async #calm(signal: AbortSignal): Promise<void> {
    const { segmentRows, segmentBytes } = this.#options
    const isTooMuch = () => {
      const { sealed } = this.#changes.state.catalog
      const [rows, bytes] = [sealed.map(s => s.rows), sealed.map(s => s.bytes)].map(sizes =>
        sizes.reduce((sum, size) => sum + size, 0),
      )
      return rows >= mostWaiting * segmentRows || bytes >= mostWaiting * segmentsOfText * segmentBytes
    }
    while (this.#pace.isBusy && !signal.aborted && !isTooMuch())
      await new Promise<void>(resolve => this.#clock.after(calmCheckMs, resolve))
  }

  /** One partition a tick, when nothing else is to be done. */
  #shortenSoon(): void {
    if (this.#sorting !== undefined || this.#isClosed) return
    this.#sorting = this.#turns
      .run(() => this.#closeHole(this.#abort.signal, isMostlyHoles, Number.POSITIVE_INFINITY))
      .then(() => {})
      .finally(() => (this.#sorting = undefined))
    this.#behind(this.#sorting.then(() => this.#sortAgain()))
  }

  /** When enough was sealed since the last compaction. */
  #sortAgain(): void {
    const sealed = this.#changes.state.catalog.sealed.filter(segment => !this.#left.has(segment))
    const { background, segmentRows, segmentBytes } = this.#options
    const rows = sealed.reduce((sum, segment) => sum + segment.rows, 0)
    const bytes = sealed.reduce((sum, segment) => sum + segment.bytes, 0)
    if (background && (rows >= segmentRows || bytes >= segmentsOfText * segmentBytes)) this.#sortSoon()
  }

  /** @returns whether it came to its end, not stopped for a removal */
  async #sort(patient: boolean, signal?: AbortSignal): Promise<boolean> {
    const began = performance.now()
    this.#compaction = { ...this.#compaction, running: true, progress: 0 }
    const stop = AbortSignal.any([this.#abort.signal, ...(signal === undefined ? [] : [signal])])
    try {
      await this.#changes.rotate(({ rows }) => rows > 0)
      await this.#compactSealed(patient, stop)
      if (!patient) await this.#closeHoles(stop)
      this.#compaction = { ...this.#compaction, lastMs: performance.now() - began }
      return true
    } catch (error) {
      if (stop.aborted) return false
      throw error
    } finally {
      this.#compaction = { ...this.#compaction, running: false, progress: 0 }
    }
  }

  async #compactSealed(patient: boolean, signal: AbortSignal): Promise<void> {
    const now = this.#clock.now()
    const { sealed } = this.#changes.state.catalog
    const hasWaited = sealed.some(({ openedAt }) => now - openedAt >= patienceMs)
    const isPatient = patient && !hasWaited
    await this.#aroundDamage(() =>
      this.#rewriting(signal, isPatient, async context => {
        this.#left = await compactSealed(context)
      }),
    )
    this.#sortedAt = now
  }

  /** Again while there is more that is now known to be damaged. */
  async #aroundDamage(work: () => Promise<void>): Promise<void> {
    for (;;) {
      const known = this.#unreadable.size
      try {
        return await work()
      } catch (error) {
        if (!isDamage(error) || this.#unreadable.size === known) throw error
      }
    }
  }

  /** Makes the file shorter while it has many free blocks: moves the partition at its end, for as long as that helps. */
  async #closeHoles(signal: AbortSignal): Promise<void> {
    await this.#closeHolesBelow(signal)
    if (!(await this.#isListLast())) return
    await this.#guarded(() => moveLists(this.#changes))
    await this.#closeHolesBelow(signal)
  }

  /** Whether what is at the end of a file with holes is no partition. */
  async #isListLast(): Promise<boolean> {
    const blocks = await this.#changes.read(countBlocks)
    if (!hasHoles(blocks)) return false
    const found = await this.#changes.read(db => hindmost(db, this.#changes.state.catalog.partitions))
    return found !== undefined && found.end < blocks.total - 1
  }

  async #closeHolesBelow(signal: AbortSignal): Promise<void> {
    let end = Number.POSITIVE_INFINITY
    for (let left = 2 * this.#changes.state.catalog.partitions.length; left > 0; left--) {
      const moved = await this.#closeHole(signal, hasHoles, end)
      if (moved === undefined) return
      end = moved
    }
  }

  /**
   * Moves the partition at the end of the file to the front when `isWorthIt` and it lies before `before`.
   * @returns where it ended, or undefined when it stays
   */
  async #closeHole(
    signal: AbortSignal,
    isWorthIt: (blocks: Blocks) => boolean,
    before: number,
  ): Promise<number | undefined> {
    const blocks = await this.#changes.read(countBlocks)
    if (!isWorthIt(blocks)) return
    const readable = this.#changes.state.catalog.partitions.filter(({ id }) => !this.#unreadable.has(id))
    const found = await this.#changes.read(db => hindmost(db, readable))
    if (found === undefined || found.blocks > blocks.free || found.end >= before) return
    await this.#rewriting(signal, false, context => moveForward(context, found.partition))
    return found.end
  }

  async #rewriting(
    signal: AbortSignal,
    patient: boolean,
    work: (context: CompactionContext) => Promise<unknown>,
  ): Promise<void> {
    await this.#disk.demandRoom()
    await this.#guarded(() =>
      work({
        changes: this.#changes,
        now: this.#clock.now(),
        forgotten: forgottenOf(this.#changes.state),
        patient,
        unreadable: this.#unreadable,
        signal,
        calm: () => (patient ? this.#calm(signal) : Promise.resolve()),
        beforeCompact: this.#options.beforeCompact,
        onProgress: progress => (this.#compaction = { ...this.#compaction, progress }),
      }),
    )
  }

  /** Stops compaction, does `work`, and lets compaction begin again. */
  async #instead(work: () => Promise<void>): Promise<void> {
    this.#abort.abort()
    this.#abort = new AbortController()
    await this.#turns.run(async () => {
      await this.#guarded(work).catch(error => {
        if (isDamage(error)) throw error
        throw new StoreUnavailable('nothing is known to be removed; ask again', { cause: error })
      })
    })
    this.#sortAgain()
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    const engine = await this.#keeper.engine()
    try {
      return await work()
    } catch (error) {
      this.#keeper.report(engine, error)
      throw isDamage(error) ? new StoreDamaged({ cause: error }) : error
    }
  }
}
