import { OhmsteadError } from '@ohmstead/model'

/** More is arriving than can be committed; nothing of this submission was taken. Send it again a little later. */
export class Overloaded extends OhmsteadError {
  override readonly name = 'Overloaded'
  readonly code = 'OHM_OVERLOADED'
  override readonly retryable = true
  constructor() {
    super('more readings arrive than can be stored; send again in a second')
  }
}
