import type { ParserMethod } from 'chevrotain'
import type * as A from '../ast.ts'
import * as T from '../tokens.ts'
import { at, BaseGrammar, binary, image, K, listOf, nameOf, textOf, units, word } from './base.ts'

/** Values, conditions, lists of arguments, periods. */
export abstract class ExpressionGrammar extends BaseGrammar {
  /** A sub-query is a select; that part of the grammar comes later. */
  abstract select: ParserMethod<[], A.Select>

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
    let left = this.SUBRULE(this.negation)
    this.MANY(() => {
      const op = this.CONSUME(K.and)
      const right = this.SUBRULE2(this.negation)
      left = binary('and', left, right, at(op))
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

  postfix = this.RULE('postfix', (): A.Expr => {
    let of = this.SUBRULE(this.primary)
    this.MANY(() => {
      of = this.OR([
        {
          // `a.*` belongs to the select list.
          GATE: () => !this.next(T.Star, 2),
          ALT: () => this.SUBRULE(this.memberOf, { ARGS: [of] }),
        },
        {
          ALT: (): A.Expr => {
            const token = this.CONSUME(T.LeftSquare)
            const by = this.SUBRULE(this.expressions)
            this.CONSUME(T.RightSquare)
            return { kind: 'index', of, by, at: at(token) }
          },
        },
      ])
    })
    return of
  })

  memberOf = this.RULE('memberOf', (of: A.Expr): A.Expr => {
    this.CONSUME(T.Dot)
    const token = this.OR([
      { ALT: () => this.CONSUME(T.Name) },
      { ALT: () => this.CONSUME(K.where) },
      { ALT: () => this.CONSUME(K.between) },
    ])
    const name = nameOf(token)
    return this.OR2([
      {
        ALT: (): A.Expr => ({
          kind: 'method',
          of,
          name,
          args: this.SUBRULE(this.argumentList),
          at: at(token),
        }),
      },
      {
        ALT: (): A.Expr => {
          const dynamic = this.OPTION(() => this.CONSUME(T.Question)) !== undefined
          return { kind: 'member', of, name, dynamic, at: at(token) }
        },
      },
    ])
  })

  primary = this.RULE(
    'primary',
    (): A.Expr =>
      this.OR({
        DEF: [
          { ALT: () => this.SUBRULE(this.literal) },
          { ALT: () => this.SUBRULE(this.caseWhen) },
          {
            ALT: (): A.Expr => {
              const token = this.CONSUME(K.exists)
              this.CONSUME(T.LeftParen)
              const inner = this.OR2([
                { ALT: (): A.Expr => ({ kind: 'exists', query: this.SUBRULE(this.select), at: at(token) }) },
                {
                  ALT: (): A.Expr => ({
                    kind: 'call',
                    name: 'exists',
                    args: [{ value: this.SUBRULE(this.expression) }],
                    at: at(token),
                  }),
                },
              ])
              this.CONSUME(T.RightParen)
              return inner
            },
          },
          {
            GATE: () => this.next(T.LeftParen) && this.next(K.select, 2),
            ALT: (): A.Expr => {
              const token = this.CONSUME2(T.LeftParen)
              const query = this.SUBRULE2(this.select)
              this.CONSUME2(T.RightParen)
              return { kind: 'query', query, at: at(token) }
            },
          },
          {
            GATE: () => this.next(T.LeftParen) && !this.next(K.select, 2),
            ALT: (): A.Expr => {
              this.CONSUME3(T.LeftParen)
              const inner = this.SUBRULE2(this.expression)
              this.CONSUME3(T.RightParen)
              return inner
            },
          },
          {
            ALT: (): A.Expr => {
              const token = this.CONSUME(T.LeftBrace)
              const items: A.Expr[] = []
              this.MANY_SEP({
                SEP: T.Comma,
                DEF: () => {
                  items.push(this.SUBRULE3(this.expression))
                },
              })
              this.CONSUME(T.RightBrace)
              return { kind: 'array', items, at: at(token) }
            },
          },
          {
            GATE: () => this.next(K.cast) && this.next(T.LeftParen, 2),
            ALT: () => this.SUBRULE(this.castTo),
          },
          {
            GATE: () => this.next(T.LeftParen, 2),
            ALT: (): A.Expr => {
              const token = this.OR3([
                { ALT: () => this.CONSUME(T.Name) },
                { ALT: () => this.CONSUME(K.istream) },
                { ALT: () => this.CONSUME(K.insert) },
              ])
              const args = listOf(this.SUBRULE(this.argumentList))
              const distinct = args.some(arg => arg.name === 'distinct')
              return {
                kind: 'call',
                name: nameOf(token),
                args: distinct ? args.filter(arg => arg.name !== 'distinct') : args,
                distinct,
                at: at(token),
              }
            },
          },
          {
            ALT: (): A.Expr => {
              const token = this.CONSUME2(T.Name)
              const dynamic = this.OPTION(() => this.CONSUME(T.Question))
              const name: A.Expr = { kind: 'name', name: nameOf(token), at: at(token) }
              return dynamic
                ? { kind: 'call', name: 'exists?', args: [{ value: name }], at: at(token) }
                : name
            },
          },
        ],
        IGNORE_AMBIGUITIES: true,
      }),
  )

  literal = this.RULE(
    'literal',
    (): A.Expr =>
      this.OR([
        {
          ALT: (): A.Expr => {
            const token = this.CONSUME(T.Integer)
            const value = Number.parseInt(image(token), 10)
            return { kind: 'literal', value, integer: true, at: at(token) }
          },
        },
        {
          ALT: (): A.Expr => {
            const token = this.CONSUME(T.HexNumber)
            return { kind: 'literal', value: Number.parseInt(image(token), 16), integer: true, at: at(token) }
          },
        },
        {
          ALT: (): A.Expr => {
            const token = this.CONSUME(T.Real)
            return { kind: 'literal', value: Number.parseFloat(image(token)), at: at(token) }
          },
        },
        {
          ALT: (): A.Expr => {
            const token = this.CONSUME(T.Text)
            return { kind: 'literal', value: textOf(token), at: at(token) }
          },
        },
        {
          ALT: (): A.Expr => {
            const token = this.CONSUME(K.true)
            return { kind: 'literal', value: true, at: at(token) }
          },
        },
        {
          ALT: (): A.Expr => {
            const token = this.CONSUME(K.false)
            return { kind: 'literal', value: false, at: at(token) }
          },
        },
        {
          ALT: (): A.Expr => {
            const token = this.CONSUME(K.null)
            return { kind: 'literal', value: null, at: at(token) }
          },
        },
      ]),
  )

  caseWhen = this.RULE('caseWhen', (): A.Expr => {
    const token = this.CONSUME(K.case)
    const of = this.OPTION(() => this.SUBRULE(this.expression))
    const when: { if: A.Expr; result: A.Expr }[] = []
    this.AT_LEAST_ONE(() => {
      this.CONSUME(K.when)
      const condition = this.SUBRULE2(this.expression)
      this.CONSUME(K.then)
      when.push({ if: condition, result: this.SUBRULE3(this.expression) })
    })
    const otherwise = this.OPTION2(() => {
      this.CONSUME(K.else)
      return this.SUBRULE4(this.expression)
    })
    this.CONSUME(K.end)
    return { kind: 'case', of, when, else: otherwise, at: at(token) }
  })

  castTo = this.RULE('castTo', (): A.Expr => {
    const token = this.CONSUME(K.cast)
    this.CONSUME(T.LeftParen)
    const of = this.SUBRULE(this.expression)
    this.OR([{ ALT: () => this.CONSUME(T.Comma) }, { ALT: () => this.CONSUME(K.as) }])
    const type = this.SUBRULE(this.typeName)
    const array =
      this.OPTION(() => {
        this.CONSUME(T.LeftSquare)
        return this.CONSUME(T.RightSquare)
      }) !== undefined
    const format = this.OPTION2(() => {
      this.CONSUME2(T.Comma)
      this.CONSUME(T.Name)
      this.CONSUME(T.Colon)
      return this.SUBRULE2(this.expression)
    })
    this.CONSUME(T.RightParen)
    return { kind: 'cast', of, type, array, format, at: at(token) }
  })

  argumentList = this.RULE('argumentList', (): A.Argument[] => {
    const args: A.Argument[] = []
    this.CONSUME(T.LeftParen)
    this.OPTION(() => {
      this.CONSUME(K.distinct)
      args.push({ name: 'distinct' })
    })
    this.MANY_SEP({
      SEP: T.Comma,
      DEF: () => {
        args.push(this.SUBRULE(this.argument))
      },
    })
    this.CONSUME(T.RightParen)
    return args
  })

  argument = this.RULE(
    'argument',
    (): A.Argument =>
      this.OR({
        DEF: [
          {
            ALT: (): A.Argument => {
              this.CONSUME(T.Star)
              return { star: true }
            },
          },
          {
            GATE: () => this.next(T.Dot, 2) && this.next(T.Star, 3),
            ALT: (): A.Argument => {
              const alias = nameOf(this.CONSUME(T.Name))
              this.CONSUME(T.Dot)
              this.CONSUME2(T.Star)
              return { star: alias }
            },
          },
          {
            GATE: () => this.next(T.Colon, 2),
            ALT: (): A.Argument => {
              const name = nameOf(this.CONSUME2(T.Name))
              this.CONSUME(T.Colon)
              const value = this.OR2([
                { GATE: () => !this.isGroupList(name), ALT: () => this.SUBRULE(this.periodOr) },
                { ALT: () => this.SUBRULE(this.groupList) },
              ])
              return { name, value }
            },
          },
          {
            GATE: () => this.next(T.Fat, 2),
            ALT: (): A.Argument => {
              const token = this.CONSUME3(T.Name)
              this.CONSUME(T.Fat)
              const body = this.SUBRULE2(this.expression)
              return { value: { kind: 'lambda', params: [nameOf(token)], body, at: at(token) } }
            },
          },
          {
            GATE: () => this.next(T.LeftParen) && this.next(T.Name, 2) && this.nextLambda(),
            ALT: (): A.Argument => {
              const token = this.CONSUME(T.LeftParen)
              const params: string[] = []
              this.AT_LEAST_ONE_SEP({
                SEP: T.Comma,
                DEF: () => {
                  params.push(nameOf(this.CONSUME4(T.Name)))
                },
              })
              this.CONSUME(T.RightParen)
              this.CONSUME2(T.Fat)
              const body = this.SUBRULE3(this.expression)
              return { value: { kind: 'lambda', params, body, at: at(token) } }
            },
          },
          {
            GATE: () => this.next(K.select),
            ALT: (): A.Argument => {
              const query = this.SUBRULE(this.select)
              return { value: { kind: 'query', query, at: query.at } }
            },
          },
          {
            ALT: (): A.Argument => {
              const value = this.SUBRULE2(this.periodOr)
              const order = this.OPTION(() =>
                this.OR3([{ ALT: () => this.CONSUME(K.asc) }, { ALT: () => this.CONSUME(K.desc) }]),
              )
              return order ? { value, order: word(order) as 'asc' | 'desc' } : { value }
            },
          },
        ],
        IGNORE_AMBIGUITIES: true,
      }),
  )

  protected isGroupList(name: string): boolean {
    return name.toLowerCase() === 'group_by' && this.next(T.LeftParen)
  }

  /** `(x, y) => …`: where the closing parenthesis is, `=>` follows. */
  protected nextLambda(): boolean {
    let ahead = 2
    while (this.next(T.Name, ahead) || this.next(T.Comma, ahead)) ahead++
    return this.next(T.RightParen, ahead) && this.next(T.Fat, ahead + 1)
  }

  groupList = this.RULE('groupList', (): A.Expr => {
    const token = this.CONSUME(T.LeftParen)
    const items: A.Expr[] = []
    this.MANY_SEP({
      SEP: T.Comma,
      DEF: () => {
        items.push(this.SUBRULE(this.expression))
      },
    })
    this.CONSUME(T.RightParen)
    return { kind: 'array', items, at: at(token) }
  })

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
