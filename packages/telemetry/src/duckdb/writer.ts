import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api'
import { type Series, tagsKey } from '@ohmstead/model'
import type { Batch } from '../batch.ts'
import { type Engine, transaction } from './engine.ts'
import { fillNumbers, fillTexts } from './filler.ts'
import { segmentTables } from './schema.ts'

/** About what a value takes in the write-ahead log. */
const rowBytes = 22

/** Puts batches into the active segment, each in one transaction. */
export class Writer {
  #engine: Engine | undefined
  #segment = -1
  #numbers: DuckDBAppender | undefined
  #texts: DuckDBAppender | undefined

  /** @returns about how many bytes the log has grown */
  async write(engine: Engine, segment: number, batch: Batch, fresh: readonly Series[]): Promise<number> {
    try {
      return await engine.writing(async db => {
        await this.#aim(engine, db, segment)
        return transaction(db, () => this.#fill(db, batch, fresh))
      })
    } catch (error) {
      // An appender that failed, or whose transaction was rolled back, is not used again.
      this.#engine = undefined
      throw error
    }
  }

  async #aim(engine: Engine, db: DuckDBConnection, segment: number): Promise<void> {
    if (this.#engine === engine && this.#segment === segment) return
    const [numbers, texts] = segmentTables(segment)
    this.#numbers = await db.createAppender(numbers)
    this.#texts = await db.createAppender(texts)
    this.#engine = engine
    this.#segment = segment
  }

  async #fill(db: DuckDBConnection, batch: Batch, fresh: readonly Series[]): Promise<number> {
    if (fresh.length > 0) await appendSeries(db, fresh)
    const textRows = batch.texts.size
    if (textRows < batch.length) {
      const appender = this.#numbers as DuckDBAppender
      fillNumbers(appender, batch)
      appender.flushSync()
    }
    if (textRows === 0) return batch.length * rowBytes
    const appender = this.#texts as DuckDBAppender
    fillTexts(appender, batch)
    appender.flushSync()
    let bytes = batch.length * rowBytes
    for (const text of batch.texts.values()) bytes += text.length
    return bytes
  }
}

async function appendSeries(db: DuckDBConnection, fresh: readonly Series[]): Promise<void> {
  const appender = await db.createAppender('series')
  for (const { id, site, device, measurement, field, tags, type } of fresh) {
    appender.appendInteger(id)
    for (const text of [site, device, measurement, field, tagsKey(tags), type]) appender.appendVarchar(text)
    appender.endRow()
  }
  appender.closeSync()
}
