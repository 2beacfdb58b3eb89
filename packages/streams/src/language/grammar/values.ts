import type { ParserMethod } from 'chevrotain'
import type * as A from '../ast.ts'
import * as T from '../tokens.ts'
import { at, BaseGrammar, image, K, listOf, nameOf, textOf, word } from './base.ts'

/** What stands between operators: literals, names, calls and their arguments. */
export abstract class ValueGrammar extends BaseGrammar {
  // These parts of the grammar come later, and values hold them.
  abstract expression: ParserMethod<[], A.Expr>
  abstract expressions: ParserMethod<[], A.Expr[]>
  abstract periodOr: ParserMethod<[], A.Expr>
  /** A sub-query is a select. */
  abstract select: ParserMethod<[], A.Select>

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
            this.OPTION(() => this.CONSUME(T.Question))
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
        ALT: (): A.Expr => {
          const args = this.SUBRULE(this.argumentList)
          const dynamic = this.OPTION2(() => this.CONSUME2(T.Question)) !== undefined
          return { kind: 'method', of, name, args, dynamic, at: at(token) }
        },
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
              const dynamic = this.OPTION2(() => this.CONSUME2(T.Question)) !== undefined
              return {
                kind: 'call',
                name: nameOf(token),
                args: distinct ? args.filter(arg => arg.name !== 'distinct') : args,
                distinct,
                dynamic,
                at: at(token),
              }
            },
          },
          {
            GATE: () => this.nextIs('new') && this.next(T.LeftBrace, 2),
            ALT: () => this.SUBRULE(this.record),
          },
          {
            ALT: (): A.Expr => {
              const token = this.CONSUME2(T.Name)
              const dynamic = this.OPTION(() => this.CONSUME(T.Question)) !== undefined
              return { kind: 'name', name: nameOf(token), dynamic, at: at(token) }
            },
          },
        ],
        IGNORE_AMBIGUITIES: true,
      }),
  )

  /** `new {a, b = 5}` */
  record = this.RULE('record', (): A.Expr => {
    const first = this.CONSUME(T.Identifier)
    const fields: { name: string; value: A.Expr }[] = []
    this.CONSUME(T.LeftBrace)
    this.AT_LEAST_ONE_SEP({
      SEP: T.Comma,
      DEF: () => {
        const token = this.CONSUME(T.Name)
        const value = this.OPTION(() => {
          this.CONSUME(T.Equal)
          return this.SUBRULE(this.expression)
        })
        const name = nameOf(token)
        fields.push({ name, value: value ?? { kind: 'name', name, at: at(token) } })
      },
    })
    this.CONSUME(T.RightBrace)
    return { kind: 'record', fields, at: at(first) }
  })

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
    const type = this.OR2([
      { ALT: () => this.SUBRULE(this.typeName) },
      { ALT: () => textOf(this.CONSUME(T.Text)) },
    ])
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
    // `avg(all x)` is what `avg(x)` is.
    this.OPTION2({ GATE: () => this.nextAll(), DEF: () => this.CONSUME(K.all) })
    this.MANY_SEP({
      SEP: T.Comma,
      DEF: () => {
        args.push(this.SUBRULE(this.argument))
      },
    })
    this.CONSUME(T.RightParen)
    return args
  })

  /** `all` before a value, not a property of that name. */
  protected nextAll(): boolean {
    return this.next(K.all) && [T.Name, T.Integer, T.Real, T.LeftParen].some(type => this.next(type, 2))
  }

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
}
