import type { ParserMethod } from 'chevrotain'
import type * as A from '../ast.ts'
import * as T from '../tokens.ts'
import { at, image, K, listOf, word } from './base.ts'
import { PatternGrammar } from './patterns.ts'

/** `match_recognize`. */
export abstract class RecognizeGrammar extends PatternGrammar {
  abstract asName: ParserMethod<[], string>

  matchRecognize = this.RULE('matchRecognize', (): A.RecognizeSpec => {
    const first = this.CONSUME(K.match_recognize)
    this.CONSUME(T.LeftParen)
    const partitionBy =
      this.OPTION(() => {
        this.CONSUME(K.partition)
        this.CONSUME(K.by)
        return this.SUBRULE(this.expressions)
      }) ?? []
    const measures: A.RecognizeSpec['measures'] = []
    this.CONSUME(K.measures)
    this.AT_LEAST_ONE_SEP({
      SEP: T.Comma,
      DEF: () => {
        const expr = this.SUBRULE(this.expression)
        const as = this.OPTION2(() => this.SUBRULE(this.asName))
        measures.push({ expr, as: as ?? '' })
      },
    })
    const all =
      this.OPTION3(() => {
        this.CONSUME(K.all)
        return this.CONSUME(K.matches)
      }) !== undefined
    const skip = this.OPTION4(() => this.SUBRULE(this.skipClause)) ?? 'past last row'
    this.CONSUME(K.pattern)
    this.CONSUME2(T.LeftParen)
    const pattern = this.SUBRULE(this.rowAlternatives)
    this.CONSUME2(T.RightParen)
    let orTerminated = false
    const interval = this.OPTION5(() => {
      this.CONSUME(K.interval)
      const period = this.SUBRULE(this.periodOr)
      this.OPTION6(() => {
        this.CONSUME(K.or)
        this.CONSUME(K.terminated)
        orTerminated = true
      })
      return period
    })
    const define: A.RecognizeSpec['define'] = []
    this.OPTION7(() => {
      this.CONSUME(K.define)
      this.AT_LEAST_ONE_SEP2({
        SEP: T.Comma,
        DEF: () => {
          const name = this.SUBRULE(this.name)
          this.CONSUME(K.as)
          define.push({ name, condition: this.SUBRULE2(this.expression) })
        },
      })
    })
    this.CONSUME(T.RightParen)
    return { partitionBy, measures, all, skip, pattern, interval, orTerminated, define, at: at(first) }
  })

  skipClause = this.RULE('skipClause', (): A.RecognizeSpec['skip'] => {
    this.CONSUME(K.after)
    this.CONSUME(K.match)
    this.CONSUME(K.skip)
    return this.OR([
      {
        ALT: (): A.RecognizeSpec['skip'] => {
          this.CONSUME(K.past)
          this.CONSUME(K.last)
          this.CONSUME(K.row)
          return 'past last row'
        },
      },
      {
        ALT: (): A.RecognizeSpec['skip'] => {
          this.CONSUME(K.to)
          const where = this.OR2([
            { ALT: () => this.CONSUME(K.next) },
            { ALT: () => this.CONSUME(K.current) },
          ])
          this.CONSUME2(K.row)
          return word(where) === 'next' ? 'to next row' : 'to current row'
        },
      },
    ])
  })

  rowAlternatives = this.RULE('rowAlternatives', (): A.RowPattern => {
    const of = [this.SUBRULE(this.rowSequence)]
    this.MANY(() => {
      this.CONSUME(T.Bar)
      of.push(this.SUBRULE2(this.rowSequence))
    })
    return of.length === 1 ? of[0] : { kind: 'alternatives', of }
  })

  rowSequence = this.RULE('rowSequence', (): A.RowPattern => {
    const of: A.RowPattern[] = []
    this.AT_LEAST_ONE(() => {
      of.push(this.SUBRULE(this.rowAtom))
    })
    return of.length === 1 ? of[0] : { kind: 'sequence', of }
  })

  rowAtom = this.RULE('rowAtom', (): A.RowPattern => {
    const inner = this.OR({
      DEF: [
        {
          ALT: (): A.RowPattern => {
            this.CONSUME(K.match_recognize_permute)
            this.CONSUME(T.LeftParen)
            const of: A.RowPattern[] = []
            this.AT_LEAST_ONE_SEP({
              SEP: T.Comma,
              DEF: () => {
                of.push(this.SUBRULE(this.rowAlternatives))
              },
            })
            this.CONSUME(T.RightParen)
            return { kind: 'permute', of }
          },
        },
        {
          ALT: (): A.RowPattern => {
            this.CONSUME2(T.LeftParen)
            const of = this.SUBRULE2(this.rowAlternatives)
            this.CONSUME2(T.RightParen)
            return { kind: 'group', of, low: 1, high: 1, greedy: true }
          },
        },
        {
          ALT: (): A.RowPattern => ({
            kind: 'var',
            name: this.SUBRULE(this.name),
            low: 1,
            high: 1,
            greedy: true,
          }),
        },
      ],
      IGNORE_AMBIGUITIES: true,
    })
    const times = this.OPTION(() => this.SUBRULE(this.rowQuantifier))
    if (!times || !inner || inner.kind === 'sequence' || inner.kind === 'alternatives') return inner
    return inner.kind === 'permute' ? { kind: 'group', of: inner, ...times } : { ...inner, ...times }
  })

  rowQuantifier = this.RULE('rowQuantifier', (): { low: number; high: number; greedy: boolean } => {
    const bounds: number[] = this.OR([
      {
        ALT: () => {
          this.CONSUME(T.Star)
          return [0, Number.POSITIVE_INFINITY]
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.Plus)
          return [1, Infinity]
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.Question)
          return [0, 1]
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.LeftBrace)
          const first = this.OPTION(() => Number.parseInt(image(this.CONSUME(T.Integer)), 10))
          let last: number | undefined = first
          this.OPTION2(() => {
            this.CONSUME(T.Comma)
            last = this.OPTION3(() => Number.parseInt(image(this.CONSUME2(T.Integer)), 10)) ?? Infinity
          })
          this.CONSUME(T.RightBrace)
          return [first ?? 0, last ?? Infinity]
        },
      },
    ])
    const [low, high] = listOf(bounds)
    const greedy = this.OPTION4(() => this.CONSUME2(T.Question)) === undefined
    return { low, high, greedy }
  })
}
