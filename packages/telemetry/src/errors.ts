import { OhmsteadError, type SeriesKey, type ValueType } from '@ohmstead/model'

/** The store cannot commit now: disk full, locked, failing. Nothing of the batch is to be relied on; send it again. */
export class StoreUnavailable extends OhmsteadError {
  override readonly name = 'StoreUnavailable'
  readonly code = 'OHM_STORE_UNAVAILABLE'
  override readonly retryable = true
}

/**
 * A block of the file is not what was written: a part of what is stored cannot be read, and never will be from this
 * file. What else is stored, and what comes, is not concerned.
 */
export class StoreDamaged extends OhmsteadError {
  override readonly name = 'StoreDamaged'
  readonly code = 'OHM_STORE_DAMAGED'
  constructor(options?: ErrorOptions) {
    super(
      'some of the stored readings are damaged on the disk and cannot be read; others can, and new ones are stored. ' +
        'Whoever runs this installation should look at the disk and restore a backup',
      options,
    )
  }
}

/** A value of another type than the series was first seen with. */
export class SeriesTypeMismatch extends OhmsteadError {
  override readonly name = 'SeriesTypeMismatch'
  readonly code = 'OHM_SERIES_TYPE_MISMATCH'
  readonly expected: ValueType
  constructor(key: SeriesKey, expected: ValueType, got: ValueType) {
    super(`${key.measurement}.${key.field} of '${key.device}' holds ${expected}s, got a ${got}`)
    this.expected = expected
  }
}

/** A query that would touch or return more than its limit. */
export class QueryTooLarge extends OhmsteadError {
  override readonly name = 'QueryTooLarge'
  readonly code = 'OHM_QUERY_TOO_LARGE'
}

/** The data folder belongs to another process, or was written by a newer version. */
export class StoreNotOpened extends OhmsteadError {
  override readonly name = 'StoreNotOpened'
  readonly code = 'OHM_STORE_NOT_OPENED'
}
