import { InvalidInput } from '@ohmstead/model'
import type { Range } from './columns.ts'
import { Comparison, type Preview } from './comparison.ts'
import { dayMs } from './dayBlock.ts'
import { checkEdit, type Edit, type EditBody, editRange, type NewEdit } from './edits.ts'
import { NotInLedger } from './errors.ts'
import type { LedgerOptions } from './options.ts'
import type { Rebuilder } from './rebuilder.ts'
import type { SlotStore } from './slotStore.ts'
import type { Turns } from './turns.ts'

const longestPreviewMs = 800 * dayMs

/** What people know better than readings: shown before it is done, done, and taken back. */
export class Editing {
  readonly #options: LedgerOptions
  readonly #store: SlotStore
  readonly #turns: Turns
  readonly #rebuilder: Rebuilder

  constructor(options: LedgerOptions, store: SlotStore, turns: Turns, rebuilder: Rebuilder) {
    this.#options = options
    this.#store = store
    this.#turns = turns
    this.#rebuilder = rebuilder
  }

  /**
   * What the slots would be with this edit; nothing is written.
   * @throws InvalidInput naming the field
   */
  async preview(edit: NewEdit): Promise<Preview> {
    this.#check(edit)
    const { site, device } = edit
    const bodies = this.#rebuilder.activeBodies(site, device)
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
      this.#rebuilder.reader(site, device, { bodies: now }),
      this.#rebuilder.reader(site, device, { bodies: then }),
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
    return this.#turns.run(async () => {
      const { saved, pending } = this.#store.addEdit(edit, who, this.#options.clock.now())
      await this.#rebuilder.finish(pending)
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
    if (editRange(body).from < this.#rebuilder.computableFrom(site))
      throw new InvalidInput('at' in body ? 'at' : 'from', 'readings of that time are no longer kept')
  }

  /** Takes an edit back; it stays on record. @throws NotInLedger, InvalidInput when its readings are no longer kept */
  async undo(site: string, id: number, who: string): Promise<Edit> {
    const edit = this.#store.edit(site, id)
    if (edit && !edit.undone) this.#requireKept(site, edit.body)
    return this.#turns.run(async () => {
      const undone = this.#store.undoEdit(site, id, who, this.#options.clock.now())
      if (!undone) throw new NotInLedger(`no edit ${id} to undo`)
      await this.#rebuilder.finish(undone.pending)
      return undone.saved
    })
  }

  /** Oldest first, undone ones too. */
  list(site: string, device?: string): Edit[] {
    return this.#store.edits(site, device)
  }
}
