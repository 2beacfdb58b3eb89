import { InvalidInput } from '@ohmstead/model'
import type { Batch } from '../batch.ts'
import { SeriesTypeMismatch } from '../errors.ts'

/** @throws InvalidInput · SeriesTypeMismatch: nothing of such a batch is stored */
export function checkBatch(batch: Batch): void {
  for (let i = 0; i < batch.length; i++) {
    const series = batch.series[i]
    if (!(Math.abs(batch.times[i]) <= 8.64e15))
      throw new InvalidInput('time', `not an instant: ${batch.times[i]}`)
    const isText = batch.texts.size > 0 && batch.texts.has(i)
    if (isText !== (series.type === 'string')) {
      throw new SeriesTypeMismatch(series, series.type, isText ? 'string' : 'number')
    }
    if (!isText && !Number.isFinite(batch.numbers[i])) {
      throw new InvalidInput(`fields.${series.field}`, `expected a finite number, got ${batch.numbers[i]}`)
    }
  }
}
