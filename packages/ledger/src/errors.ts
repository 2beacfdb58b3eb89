import { OhmsteadError } from '@ohmstead/model'

/** The ledger's file cannot be used: written by a newer version, damaged, or held by another process. */
export class LedgerNotOpened extends OhmsteadError {
  override readonly name = 'LedgerNotOpened'
  readonly code = 'OHM_LEDGER_NOT_OPENED'
}

/** No edit or virtual meter with this id at this site, or it has been undone already. */
export class NotInLedger extends OhmsteadError {
  override readonly name = 'NotInLedger'
  readonly code = 'OHM_NOT_IN_LEDGER'
}

/** The ledger was closed while something waited for it; start again with the next one. */
export class LedgerClosed extends OhmsteadError {
  override readonly name = 'LedgerClosed'
  readonly code = 'OHM_LEDGER_CLOSED'
  override readonly retryable = true
  constructor() {
    super('the ledger is closed')
  }
}
