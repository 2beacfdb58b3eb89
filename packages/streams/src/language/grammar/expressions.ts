import type * as A from '../ast.ts'
import * as T from '../tokens.ts'
import { at, binary, image, K, units, word } from './base.ts'
import { ValueGrammar } from './values.ts'

/** Operators, conditions and periods. */
export abstract class ExpressionGrammar extends ValueGrammar {
  expressions = this.RULE('expressions', (): A.Expr[] => {
    const list: A.Expr[] = []
    this.AT_LEAST_ONE_SEP({
      SEP: T.Comma,
      DEF: () => {
        list.push(this.SUBRULE(this.expression))
      },
    })
    return list
  })

  filters = this.RULE('filters', (): A.Expr[] => {
    let list: A.Expr[] = []
    this.CONSUME(T.LeftParen)
    this.OPTION(() => {
      list = this.SUBRULE(this.expressions)
    })
    this.CONSUME(T.RightParen)
    return list
  })

  expression = this.RULE('expression', (): A.Expr => {
    let left = this.SUBRULE(this.conjunction)
    this.MANY(() => {
      const op = this.CONSUME(K.or)
      const right = this.SUBRULE2(this.conjunction)
      left = binary('or', left, right, at(op))
    })
    return left
  })

  conjunction = this.RULE('conjunction', (): A.Expr => {
    let left = this.SUBRULE(this.bitwise)
    this.MANY({
      // `output when x and when terminated`
      GATE: () => !this.next(K.when, 2),
      DEF: () => {
        const op = this.CONSUME(K.and)
        const right = this.SUBRULE2(this.bitwise)
        left = binary('and', left, right, at(op))
      },
    })
    return left
  })

  bitwise = this.RULE('bitwise', (): A.Expr => {
    let left = this.SUBRULE(this.negation)
    this.MANY(() => {
      const op = this.OR([
        { ALT: () => this.CONSUME(T.Ampersand) },
        { ALT: () => this.CONSUME(T.Bar) },
        { ALT: () => this.CONSUME(T.Caret) },
      ])
      left = binary(image(op) as A.BinaryOp, left, this.SUBRULE2(this.negation), at(op))
    })
    return left
  })

  negation = this.RULE(
    'negation',
    (): A.Expr =>
      this.OR([
        {
          ALT: (): A.Expr => {
            const token = this.CONSUME(K.not)
            return { kind: 'unary', op: 'not', of: this.SUBRULE(this.negation), at: at(token) }
          },
        },
        { ALT: (): A.Expr => this.SUBRULE(this.comparison) },
      ]),
  )

  comparison = this.RULE('comparison', (): A.Expr => {
    let left = this.SUBRULE(this.concatenation)
    this.MANY({
      DEF: () => {
        left = this.OR([
          { ALT: () => this.SUBRULE(this.relation, { ARGS: [left] }) },
          { ALT: () => this.SUBRULE(this.isTest, { ARGS: [left] }) },
          { ALT: () => this.SUBRULE(this.membership, { ARGS: [left] }) },
        ])
      },
    })
    return left
  })

  relation = this.RULE('relation', (left: A.Expr): A.Expr => {
    const token = this.OR([
      { ALT: () => this.CONSUME(T.Equal) },
      { ALT: () => this.CONSUME(T.NotEqual) },
      { ALT: () => this.CONSUME(T.Unlike) },
      { ALT: () => this.CONSUME(T.LessEqual) },
      { ALT: () => this.CONSUME(T.GreaterEqual) },
      { ALT: () => this.CONSUME(T.Less) },
      { ALT: () => this.CONSUME(T.Greater) },
    ])
    const op = (image(token) === '<>' ? '!=' : image(token)) as A.BinaryOp
    return this.OR2([
      {
        GATE: () => (this.next(K.all) || this.next(K.any) || this.next(K.some)) && this.next(T.LeftParen, 2),
        ALT: (): A.Expr => {
          const quantor = this.OR3([
            { ALT: () => this.CONSUME(K.all) },
            { ALT: () => this.CONSUME(K.any) },
            { ALT: () => this.CONSUME(K.some) },
          ])
          const set = this.SUBRULE(this.querySet)
          return {
            kind: 'quantified',
            op,
            quantor: word(quantor) === 'all' ? 'all' : 'any',
            of: left,
            at: at(token),
            ...set,
          }
        },
      },
      { ALT: () => binary(op, left, this.SUBRULE(this.concatenation), at(token)) },
    ])
  })

  querySet = this.RULE('querySet', (): { list?: A.Expr[]; query?: A.Select } => {
    this.CONSUME(T.LeftParen)
    const set = this.OR([
      { ALT: () => ({ query: this.SUBRULE(this.select) }) },
      { ALT: () => ({ list: this.SUBRULE(this.expressions) }) },
    ])
    this.CONSUME(T.RightParen)
    return set
  })

  isTest = this.RULE('isTest', (left: A.Expr): A.Expr => {
    const token = this.CONSUME(K.is)
    const negated = this.OPTION(() => this.CONSUME(K.not)) !== undefined
    return this.OR([
      {
        ALT: (): A.Expr => {
          this.CONSUME(K.null)
          return { kind: 'isNull', of: left, negated, at: at(token) }
        },
      },
      {
        GATE: () => !this.next(K.null),
        ALT: () => binary(negated ? 'is not' : 'is', left, this.SUBRULE(this.concatenation), at(token)),
      },
    ])
  })

  membership = this.RULE('membership', (of: A.Expr): A.Expr => {
    const negated = this.OPTION(() => this.CONSUME(K.not)) !== undefined
    return this.OR([
      {
        ALT: (): A.Expr => {
          const token = this.CONSUME(K.between)
          const low = this.SUBRULE(this.concatenation)
          this.CONSUME(K.and)
          return { kind: 'between', of, low, high: this.SUBRULE2(this.concatenation), negated, at: at(token) }
        },
      },
      {
        ALT: (): A.Expr => {
          const token = this.CONSUME(K.like)
          const pattern = this.SUBRULE3(this.concatenation)
          const escaped = this.OPTION2(() => {
            this.CONSUME(K.escape)
            return this.SUBRULE4(this.concatenation)
          })
          return { kind: 'like', of, pattern, escape: escaped, negated, regexp: false, at: at(token) }
        },
      },
      {
        ALT: (): A.Expr => {
          const token = this.CONSUME(K.regexp)
          return {
            kind: 'like',
            of,
            pattern: this.SUBRULE5(this.concatenation),
            negated,
            regexp: true,
            at: at(token),
          }
        },
      },
      { ALT: (): A.Expr => this.SUBRULE(this.inSet, { ARGS: [of, negated] }) },
    ])
  })

  inSet = this.RULE('inSet', (of: A.Expr, negated: boolean): A.Expr => {
    const place = at(this.CONSUME(K.in))
    return this.OR([
      {
        GATE: () => this.next(T.LeftParen) && this.next(K.select, 2),
        ALT: (): A.Expr => {
          this.CONSUME(T.LeftParen)
          const query = this.SUBRULE(this.select)
          this.CONSUME(T.RightParen)
          return { kind: 'inQuery', of, query, negated, at: place }
        },
      },
      {
        ALT: (): A.Expr => {
          const open = this.OR2([
            { ALT: () => this.CONSUME2(T.LeftParen) },
            { ALT: () => this.CONSUME(T.LeftSquare) },
          ])
          const list = [this.SUBRULE(this.expression)]
          let high: A.Expr | undefined
          this.OR3([
            {
              ALT: () => {
                this.CONSUME(T.Colon)
                high = this.SUBRULE2(this.expression)
              },
            },
            {
              ALT: () =>
                this.MANY(() => {
                  this.CONSUME(T.Comma)
                  list.push(this.SUBRULE3(this.expression))
                }),
            },
          ])
          const close = this.OR4([
            { ALT: () => this.CONSUME2(T.RightParen) },
            { ALT: () => this.CONSUME(T.RightSquare) },
          ])
          if (high === undefined) return { kind: 'in', of, list, negated, at: place }
          const ends: [boolean, boolean] = [image(open) === '(', image(close) === ')']
          return { kind: 'inRange', of, low: list[0], high, open: ends, negated, at: place }
        },
      },
      {
        ALT: (): A.Expr => ({ kind: 'in', of, list: [this.SUBRULE(this.primary)], negated, at: place }),
      },
    ])
  })

  concatenation = this.RULE('concatenation', (): A.Expr => {
    let left = this.SUBRULE(this.sum)
    this.MANY(() => {
      const token = this.CONSUME(T.Concat)
      left = binary('||', left, this.SUBRULE2(this.sum), at(token))
    })
    return left
  })

  sum = this.RULE('sum', (): A.Expr => {
    let left = this.SUBRULE(this.product)
    this.MANY(() => {
      const token = this.OR([{ ALT: () => this.CONSUME(T.Plus) }, { ALT: () => this.CONSUME(T.Minus) }])
      left = binary(image(token) as A.BinaryOp, left, this.SUBRULE2(this.product), at(token))
    })
    return left
  })

  product = this.RULE('product', (): A.Expr => {
    let left = this.SUBRULE(this.signed)
    this.MANY(() => {
      const token = this.OR([
        { ALT: () => this.CONSUME(T.Star) },
        { ALT: () => this.CONSUME(T.Slash) },
        { ALT: () => this.CONSUME(T.Percent) },
      ])
      left = binary(image(token) as A.BinaryOp, left, this.SUBRULE2(this.signed), at(token))
    })
    return left
  })

  signed = this.RULE(
    'signed',
    (): A.Expr =>
      this.OR([
        {
          ALT: (): A.Expr => {
            const token = this.CONSUME(T.Minus)
            return { kind: 'unary', op: '-', of: this.SUBRULE(this.signed), at: at(token) }
          },
        },
        {
          ALT: (): A.Expr => {
            this.CONSUME(T.Plus)
            return this.SUBRULE2(this.signed)
          },
        },
        { ALT: (): A.Expr => this.SUBRULE(this.postfix) },
      ]),
  )

  /** An expression, or a period such as `1 min 30 sec`. */
  periodOr = this.RULE('periodOr', (): A.Expr => {
    const first = this.SUBRULE(this.expression)
    const parts: A.PeriodPart[] = []
    this.OPTION({
      GATE: () => this.nextUnit(),
      DEF: () => {
        parts.push({ amount: first, unit: units[word(this.CONSUME(T.Name))] })
        this.MANY({
          GATE: () => this.nextAmount(),
          DEF: () => {
            const amount = this.SUBRULE(this.signed)
            parts.push({ amount, unit: units[word(this.CONSUME2(T.Name))] })
          },
        })
      },
    })
    return parts.length === 0 ? first : { kind: 'period', parts, at: first?.at }
  })
}
