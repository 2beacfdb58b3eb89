import {
  EmbeddedActionsParser,
  type IToken,
  NoViableAltException,
  type TokenType,
  tokenMatcher,
} from 'chevrotain'
import type { Position } from '../../errors.ts'
import type * as A from '../ast.ts'
import * as T from '../tokens.ts'

export const K = T.keyword
/** Units of periods by their words. */
export const units: Record<string, A.PeriodUnit> = {
  year: 'year', years: 'year', month: 'month', months: 'month', week: 'week', weeks: 'week', day: 'day', days: 'day',
  hour: 'hour', hours: 'hour', minute: 'minute', minutes: 'minute', min: 'minute', second: 'second',
  seconds: 'second', sec: 'second', millisecond: 'millisecond', milliseconds: 'millisecond', msec: 'millisecond',
  microsecond: 'microsecond', microseconds: 'microsecond', usec: 'microsecond',
} // biome-ignore format: a word list

// While Chevrotain learns the grammar, alternatives yield no token.
export const at = (token: IToken | undefined): Position => ({
  line: token?.startLine ?? 1,
  column: token?.startColumn ?? 1,
})
export const image = (token: IToken | undefined): string => token?.image ?? ''
export const listOf = <T>(made: T[] | undefined): T[] => (Array.isArray(made) ? made : [])
export const word = (token: IToken | undefined): string => image(token).toLowerCase()
export const nameOf = (token: IToken | undefined): string =>
  image(token).startsWith('`') ? image(token).slice(1, -1) : image(token)

/** What stands in quotes, with its escapes resolved. */
export function textOf(token: IToken): string {
  return image(token)
    .slice(1, -1)
    .replace(/\\(u[0-9a-fA-F]{4}|.)/g, (_, escaped: string) => {
      if (escaped.startsWith('u') && escaped.length === 5)
        return String.fromCharCode(Number.parseInt(escaped.slice(1), 16))
      return { n: '\n', t: '\t', r: '\r' }[escaped] ?? escaped
    })
}

export const binary = (op: A.BinaryOp, left: A.Expr, right: A.Expr, place?: Position): A.Expr => ({
  kind: 'binary',
  op,
  left,
  right,
  at: place,
})

/**
 * What all parts of the grammar share. Each rule returns a tree; where a soft keyword could also be a name, a gate looks
 * ahead. Chevrotain runs each rule once while it learns the grammar, with made-up tokens: actions must bear that.
 */
export abstract class BaseGrammar extends EmbeddedActionsParser {
  constructor() {
    super(T.vocabulary, { maxLookahead: 2, recoveryEnabled: false, skipValidations: true })
  }

  /**
   * Takes the place of Chevrotain's own, which works out all paths for a message that nobody reads and takes ten times
   * as long: what could stand at a place is found by trying.
   */
  protected raiseNoAltException(): never {
    const own = this as unknown as { SAVE_ERROR(error: Error): Error }
    throw own.SAVE_ERROR(new NoViableAltException('', this.LA(1), this.LA(0)))
  }

  protected next(type: TokenType, ahead = 1): boolean {
    return tokenMatcher(this.LA(ahead), type)
  }
  protected nextUnit(): boolean {
    return units[word(this.LA(1))] !== undefined && !this.next(T.Text)
  }
  protected nextIs(expected: string, ahead = 1): boolean {
    const token = this.LA(ahead)
    return word(token) === expected && !tokenMatcher(token, T.Text)
  }
  /** The amount of a period's second unit: `1 min 30 sec`. */
  protected nextAmount(): boolean {
    if (this.next(T.Integer) || this.next(T.Real)) return true
    return this.next(T.Name) && units[word(this.LA(2))] !== undefined
  }

  name = this.RULE('name', (): string => nameOf(this.CONSUME(T.Name)))

  typeName = this.RULE('typeName', (): string => {
    let name = this.SUBRULE(this.name)
    this.MANY({
      // `Type.win:length(5)` is the old spelling of `Type#length(5)`.
      GATE: () => !this.next(T.Colon, 3),
      DEF: () => {
        this.CONSUME(T.Dot)
        const part = this.SUBRULE2(this.name)
        this.ACTION(() => {
          name += `.${part}`
        })
      },
    })
    return name
  })
}
