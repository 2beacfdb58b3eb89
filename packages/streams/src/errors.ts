import { OhmsteadError } from '@ohmstead/model'

/** Where in a rule's text something stands; both count from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** A rule's text that cannot be run: bad syntax, an unknown name, types or units that do not fit. */
export class RuleFault extends OhmsteadError {
  override readonly name = 'RuleFault'
  readonly code = 'OHM_RULE_FAULT'
  readonly line: number
  readonly column: number
  /** What could have stood there, when it is known. */
  readonly expected: readonly string[]
  /** Without its place. */
  readonly reason: string
  constructor(reason: string, at?: Position, expected: readonly string[] = [], options?: ErrorOptions) {
    super(at ? `line ${at.line}, column ${at.column}: ${reason}` : reason, options)
    this.reason = reason
    this.line = at?.line ?? 1
    this.column = at?.column ?? 1
    this.expected = expected
  }
}

/** Correct EPL that is outside our subset. */
export class Unsupported extends OhmsteadError {
  override readonly name = 'Unsupported'
  readonly code = 'OHM_RULE_UNSUPPORTED'
  readonly line: number
  readonly column: number
  constructor(feature: string, at?: Position) {
    super(
      `${at ? `line ${at.line}, column ${at.column}: ` : ''}${feature} is not part of the supported language`,
    )
    this.line = at?.line ?? 1
    this.column = at?.column ?? 1
  }
}
