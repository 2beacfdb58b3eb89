import type { ParserMethod } from 'chevrotain'
import type * as A from '../ast.ts'
import * as T from '../tokens.ts'
import { at, image, K, listOf, nameOf } from './base.ts'
import { ExpressionGrammar } from './expressions.ts'

/** Times of day, and patterns of events. */
export abstract class PatternGrammar extends ExpressionGrammar {
  // Comes later, and patterns hold it.
  abstract containedEvents: ParserMethod<[], A.Contained>

  cron = this.RULE('cron', (): A.CronSpec => {
    const fields: A.CronField[] = []
    const first = this.CONSUME(T.LeftParen)
    this.AT_LEAST_ONE_SEP({
      SEP: T.Comma,
      DEF: () => {
        fields.push(this.SUBRULE(this.cronField))
      },
    })
    this.CONSUME(T.RightParen)
    return { fields, at: at(first) }
  })

  cronField = this.RULE(
    'cronField',
    (): A.CronField =>
      this.OR({
        DEF: [
          {
            ALT: (): A.CronField => {
              this.CONSUME(T.Star)
              const rest = this.OPTION(() =>
                this.OR2([
                  {
                    ALT: (): A.CronField => {
                      this.CONSUME(T.Slash)
                      return { kind: 'step', step: this.SUBRULE(this.signed) }
                    },
                  },
                  {
                    ALT: (): A.CronField => {
                      this.CONSUME(K.last)
                      return { kind: 'last' }
                    },
                  },
                  {
                    ALT: (): A.CronField => {
                      this.CONSUME(K.lastweekday)
                      return { kind: 'weekday' }
                    },
                  },
                ]),
              )
              return rest ?? { kind: 'any' }
            },
          },
          {
            ALT: (): A.CronField => {
              this.CONSUME(T.LeftSquare)
              const items: A.CronField[] = []
              this.AT_LEAST_ONE_SEP({
                SEP: T.Comma,
                DEF: () => {
                  items.push(this.SUBRULE(this.cronField))
                },
              })
              this.CONSUME(T.RightSquare)
              return { kind: 'list', items }
            },
          },
          {
            ALT: (): A.CronField => {
              this.CONSUME2(K.last)
              return { kind: 'last' }
            },
          },
          {
            ALT: (): A.CronField => {
              this.CONSUME2(K.lastweekday)
              return { kind: 'weekday' }
            },
          },
          {
            ALT: (): A.CronField => {
              const low = this.SUBRULE2(this.sum)
              const rest = this.OPTION2(() =>
                this.OR3([
                  {
                    ALT: (): A.CronField => {
                      this.CONSUME(T.Colon)
                      const high = this.SUBRULE3(this.signed)
                      const step = this.OPTION3(() => {
                        this.CONSUME2(T.Slash)
                        return this.SUBRULE4(this.signed)
                      })
                      return { kind: 'range', low, high, step }
                    },
                  },
                  {
                    ALT: (): A.CronField => {
                      this.CONSUME3(K.last)
                      return { kind: 'last', day: low }
                    },
                  },
                  {
                    ALT: (): A.CronField => {
                      this.CONSUME(K.weekday)
                      return { kind: 'weekday', day: low }
                    },
                  },
                ]),
              )
              return rest ?? { kind: 'value', value: low }
            },
          },
        ],
        IGNORE_AMBIGUITIES: true,
      }),
  )

  pattern = this.RULE('pattern', (): A.Pattern => {
    const of = [this.SUBRULE(this.patternOr)]
    const max: (A.Expr | undefined)[] = []
    this.MANY(() => {
      this.OR([
        {
          ALT: () => {
            this.CONSUME(T.Arrow)
            max.push(undefined)
          },
        },
        {
          ALT: () => {
            this.CONSUME(T.Minus)
            this.CONSUME(T.LeftSquare)
            max.push(this.SUBRULE(this.expression))
            this.CONSUME(T.RightSquare)
            this.CONSUME(T.Greater)
          },
        },
      ])
      of.push(this.SUBRULE2(this.patternOr))
    })
    return of.length === 1 ? of[0] : { kind: 'followed', of, max, at: of[0]?.at }
  })

  patternOr = this.RULE('patternOr', (): A.Pattern => {
    const of = [this.SUBRULE(this.patternAnd)]
    this.MANY(() => {
      this.CONSUME(K.or)
      of.push(this.SUBRULE2(this.patternAnd))
    })
    return of.length === 1 ? of[0] : { kind: 'or', of, at: of[0]?.at }
  })

  patternAnd = this.RULE('patternAnd', (): A.Pattern => {
    const of = [this.SUBRULE(this.patternUntil)]
    this.MANY(() => {
      this.CONSUME(K.and)
      of.push(this.SUBRULE2(this.patternUntil))
    })
    return of.length === 1 ? of[0] : { kind: 'and', of, at: of[0]?.at }
  })

  patternUntil = this.RULE('patternUntil', (): A.Pattern => {
    const of = this.SUBRULE(this.patternUnary)
    const until = this.OPTION(() => {
      this.CONSUME(K.until)
      return this.SUBRULE2(this.patternUnary)
    })
    if (!until) return of
    return of?.kind === 'repeat' && !of.until ? { ...of, until } : { kind: 'repeat', of, until, at: of?.at }
  })

  patternUnary = this.RULE(
    'patternUnary',
    (): A.Pattern =>
      this.OR({
        DEF: [
          {
            GATE: () => this.next(K.every) && !this.next(T.Equal, 2),
            ALT: (): A.Pattern => {
              const token = this.CONSUME(K.every)
              return { kind: 'every', of: this.SUBRULE(this.patternUnary), at: at(token) }
            },
          },
          {
            ALT: (): A.Pattern => {
              const token = this.CONSUME(K.not)
              return { kind: 'not', of: this.SUBRULE2(this.patternUnary), at: at(token) }
            },
          },
          {
            ALT: (): A.Pattern => {
              const token = this.CONSUME(T.EveryDistinct)
              const args = this.SUBRULE(this.argumentList)
              const of = this.SUBRULE3(this.patternUnary)
              const all = listOf(args).map(arg => arg.value!)
              const last = all.at(-1)
              const expires = last?.kind === 'period' ? last : undefined
              return {
                kind: 'everyDistinct',
                keys: expires ? all.slice(0, -1) : all,
                expires,
                of,
                at: at(token),
              }
            },
          },
          {
            ALT: (): A.Pattern => {
              const token = this.CONSUME(T.LeftSquare)
              const low = this.OPTION(() => this.SUBRULE(this.expression))
              let high = low
              this.OPTION2(() => {
                this.CONSUME(T.Colon)
                high = this.OPTION3(() => this.SUBRULE2(this.expression))
              })
              this.CONSUME(T.RightSquare)
              const of = this.SUBRULE4(this.patternUnary)
              return { kind: 'repeat', low, high, of, at: at(token) }
            },
          },
          { ALT: () => this.SUBRULE(this.patternGuarded) },
        ],
        IGNORE_AMBIGUITIES: true,
      }),
  )

  patternGuarded = this.RULE('patternGuarded', (): A.Pattern => {
    let of = this.SUBRULE(this.patternAtom)
    this.MANY(() => {
      of = this.OR([
        {
          ALT: (): A.Pattern => {
            const token = this.CONSUME(K.where)
            this.CONSUME(K.timer)
            this.CONSUME(T.Colon)
            const guard = nameOf(this.CONSUME(T.Name))
            const args = listOf(this.SUBRULE(this.argumentList))
            return { kind: 'within', guard, of, args, at: at(token) }
          },
        },
        {
          ALT: (): A.Pattern => {
            const token = this.CONSUME(K.while)
            this.CONSUME(T.LeftParen)
            const condition = this.SUBRULE(this.expression)
            this.CONSUME(T.RightParen)
            return { kind: 'while', of, condition, at: at(token) }
          },
        },
      ])
    })
    return of
  })

  patternAtom = this.RULE(
    'patternAtom',
    (): A.Pattern =>
      this.OR({
        DEF: [
          {
            ALT: (): A.Pattern => {
              this.CONSUME(T.LeftParen)
              const inner = this.SUBRULE(this.pattern)
              this.CONSUME(T.RightParen)
              return inner
            },
          },
          {
            GATE: () => this.next(K.timer) && this.next(T.Colon, 2),
            ALT: () => this.SUBRULE(this.timerAtom),
          },
          { ALT: () => this.SUBRULE(this.filterAtom) },
        ],
        IGNORE_AMBIGUITIES: true,
      }),
  )

  timerAtom = this.RULE('timerAtom', (): A.Pattern => {
    const token = this.CONSUME(K.timer)
    this.CONSUME(T.Colon)
    return this.OR({
      DEF: [
        {
          ALT: (): A.Pattern => {
            this.CONSUME(K.interval)
            return { kind: 'interval', args: listOf(this.SUBRULE(this.argumentList)), at: at(token) }
          },
        },
        {
          ALT: (): A.Pattern => {
            this.CONSUME(K.at)
            return { kind: 'at', cron: this.SUBRULE(this.cron), at: at(token) }
          },
        },
        {
          ALT: (): A.Pattern => {
            const name = nameOf(this.CONSUME(T.Identifier))
            return { kind: 'schedule', name, args: listOf(this.SUBRULE2(this.argumentList)), at: at(token) }
          },
        },
      ],
      IGNORE_AMBIGUITIES: true,
    })
  })

  filterAtom = this.RULE('filterAtom', (): A.FilterAtom => {
    const first = this.LA(1)
    const tag = this.OPTION({
      GATE: () => this.next(T.Equal, 2),
      DEF: () => {
        const token = this.CONSUME(T.Name)
        this.CONSUME(T.Equal)
        return nameOf(token)
      },
    })
    const type = this.SUBRULE(this.typeName)
    const filter = this.OPTION2(() => this.SUBRULE(this.filters)) ?? []
    const contained: A.Contained[] = []
    this.MANY(() => {
      contained.push(this.SUBRULE(this.containedEvents))
    })
    const consume = this.OPTION3({
      GATE: () => this.nextIs('consume', 2),
      DEF: () => {
        this.CONSUME(T.At)
        this.CONSUME2(T.Name)
        return (
          this.OPTION4(() => {
            this.CONSUME(T.LeftParen)
            const level = this.CONSUME(T.Integer)
            this.CONSUME(T.RightParen)
            return Number.parseInt(image(level), 10)
          }) ?? 1
        )
      },
    })
    return { kind: 'filter', tag, type, filter, contained, consume, at: at(first) }
  })
}
