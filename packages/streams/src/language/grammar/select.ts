import type * as A from '../ast.ts'
import * as T from '../tokens.ts'
import { at, image, K, nameOf, word } from './base.ts'
import { RecognizeGrammar } from './recognize.ts'

/** `select` with all its clauses. */
export abstract class SelectGrammar extends RecognizeGrammar {
  select = this.RULE('select', (): A.Select => {
    const first = this.LA(1)
    let insert: A.InsertInto | undefined
    let intoTable: string | undefined
    this.OPTION(() => {
      this.OR([
        {
          ALT: () => {
            insert = this.SUBRULE(this.insertInto)
          },
        },
        {
          ALT: () => {
            this.CONSUME(K.into)
            this.CONSUME(K.table)
            intoTable = this.SUBRULE(this.typeName)
          },
        },
      ])
    })
    this.CONSUME(K.select)
    const selector = this.OPTION2({
      GATE: () => !(this.next(T.LeftParen, 2) && this.next(T.RightParen, 3)),
      DEF: () => this.SUBRULE(this.streamSelector),
    })
    const distinct = this.OPTION3(() => this.CONSUME(K.distinct)) !== undefined
    const items = this.SUBRULE(this.selectItems)
    const source = this.OPTION4(() => {
      this.CONSUME(K.from)
      return this.SUBRULE(this.fromClause)
    })
    const { from, joins } = source ?? { from: [], joins: [] }
    const recognize = this.OPTION5(() => this.SUBRULE(this.matchRecognize))
    const rest = this.SUBRULE(this.selectTail)
    return {
      kind: 'select',
      insert,
      intoTable,
      selector,
      distinct,
      items,
      from,
      joins,
      recognize,
      ...rest,
      at: at(first),
    }
  })

  selectTail = this.RULE('selectTail', () => {
    const where = this.OPTION(() => {
      this.CONSUME(K.where)
      return this.SUBRULE(this.expression)
    })
    const groupBy: A.GroupItem[] = []
    this.OPTION2(() => {
      this.CONSUME(K.group)
      this.CONSUME(K.by)
      this.AT_LEAST_ONE_SEP({
        SEP: T.Comma,
        DEF: () => {
          groupBy.push(this.SUBRULE(this.groupItem))
        },
      })
    })
    const having = this.OPTION3(() => {
      this.CONSUME(K.having)
      return this.SUBRULE2(this.expression)
    })
    const output = this.OPTION4(() => this.SUBRULE(this.outputClause))
    const orderBy: A.OrderItem[] = []
    this.OPTION5(() => {
      this.CONSUME(K.order)
      this.CONSUME2(K.by)
      this.AT_LEAST_ONE_SEP2({
        SEP: T.Comma,
        DEF: () => {
          const expr = this.SUBRULE3(this.expression)
          const order = this.OPTION6(() =>
            this.OR([{ ALT: () => this.CONSUME(K.asc) }, { ALT: () => this.CONSUME(K.desc) }]),
          )
          orderBy.push({ expr, descending: word(order) === 'desc' })
        },
      })
    })
    const limit = this.OPTION7(() => {
      this.CONSUME(K.limit)
      const first = this.SUBRULE4(this.expression)
      const second = this.OPTION8(() => {
        const token = this.OR2([{ ALT: () => this.CONSUME(K.offset) }, { ALT: () => this.CONSUME(T.Comma) }])
        return { comma: image(token) === ',', value: this.SUBRULE5(this.expression) }
      })
      if (!second) return { count: first }
      // `limit offset, count` as in MySQL; `limit count offset offset` as in PostgreSQL.
      return second.comma ? { count: second.value, offset: first } : { count: first, offset: second.value }
    })
    return { where, groupBy, having, output, orderBy, limit }
  })

  streamSelector = this.RULE('streamSelector', (): A.StreamSelector => {
    const token = this.OR([
      { ALT: () => this.CONSUME(K.istream) },
      { ALT: () => this.CONSUME(K.rstream) },
      { ALT: () => this.CONSUME(K.irstream) },
    ])
    return word(token) as A.StreamSelector
  })

  insertInto = this.RULE('insertInto', (): A.InsertInto => {
    const first = this.CONSUME(K.insert)
    const stream = this.OPTION(() => this.SUBRULE(this.streamSelector))
    this.CONSUME(K.into)
    const target = this.SUBRULE(this.typeName)
    const columns = this.OPTION2(() => this.SUBRULE(this.nameList))
    return { target, columns, stream, at: at(first) }
  })

  nameList = this.RULE('nameList', (): string[] => {
    const names: string[] = []
    this.CONSUME(T.LeftParen)
    this.MANY_SEP({
      SEP: T.Comma,
      DEF: () => {
        names.push(this.SUBRULE(this.name))
      },
    })
    this.CONSUME(T.RightParen)
    return names
  })

  selectItems = this.RULE('selectItems', (): A.SelectItem[] => {
    const items: A.SelectItem[] = []
    this.AT_LEAST_ONE_SEP({
      SEP: T.Comma,
      DEF: () => {
        items.push(this.SUBRULE(this.selectItem))
      },
    })
    return items
  })

  selectItem = this.RULE(
    'selectItem',
    (): A.SelectItem =>
      this.OR({
        DEF: [
          { ALT: (): A.SelectItem => ({ kind: 'all', at: at(this.CONSUME(T.Star)) }) },
          {
            GATE: () => this.next(T.Dot, 2) && this.next(T.Star, 3),
            ALT: (): A.SelectItem => {
              const token = this.CONSUME(T.Name)
              this.CONSUME(T.Dot)
              this.CONSUME2(T.Star)
              const as = this.OPTION(() => this.SUBRULE(this.asName))
              return { kind: 'stream', alias: nameOf(token), as, at: at(token) }
            },
          },
          {
            ALT: (): A.SelectItem => {
              const expr = this.SUBRULE(this.expression)
              const as = this.OPTION2(() => this.SUBRULE2(this.asName))
              return { kind: 'expr', expr, as, at: expr?.at }
            },
          },
        ],
        IGNORE_AMBIGUITIES: true,
      }),
  )

  asName = this.RULE('asName', (): string =>
    this.OR([
      {
        ALT: () => {
          this.CONSUME(K.as)
          return this.SUBRULE(this.name)
        },
      },
      { ALT: () => nameOf(this.CONSUME(T.Identifier)) },
    ]),
  )

  fromClause = this.RULE('fromClause', (): { from: A.StreamSpec[]; joins: A.JoinSpec[] } => {
    const from = [this.SUBRULE(this.streamItem)]
    const joins: A.JoinSpec[] = []
    this.MANY(() => {
      this.OR([
        {
          ALT: () => {
            this.CONSUME(T.Comma)
            from.push(this.SUBRULE2(this.streamItem))
          },
        },
        {
          ALT: () => {
            const type = this.SUBRULE(this.joinType)
            from.push(this.SUBRULE3(this.streamItem))
            const on = this.OPTION(() => {
              this.CONSUME(K.on)
              return this.SUBRULE(this.expression)
            })
            joins.push({ type, on })
          },
        },
      ])
    })
    return { from, joins }
  })

  joinType = this.RULE('joinType', (): A.JoinSpec['type'] => {
    const token = this.OPTION(() =>
      this.OR([
        { ALT: () => this.CONSUME(K.inner) },
        {
          ALT: () => {
            const side = this.OR2([
              { ALT: () => this.CONSUME(K.left) },
              { ALT: () => this.CONSUME(K.right) },
              { ALT: () => this.CONSUME(K.full) },
            ])
            this.OPTION2(() => this.CONSUME(K.outer))
            return side
          },
        },
      ]),
    )
    this.CONSUME(K.join)
    return (token ? word(token) : 'inner') as A.JoinSpec['type']
  })

  streamItem = this.RULE('streamItem', (): A.StreamSpec => {
    const first = this.LA(1)
    const source = this.OR([
      {
        GATE: () => this.next(K.pattern) && (this.next(T.LeftSquare, 2) || this.next(T.At, 2)),
        ALT: (): A.SourceSpec => this.SUBRULE(this.patternSource),
      },
      { ALT: (): A.SourceSpec => this.SUBRULE(this.typeSource) },
    ])
    const views = this.SUBRULE(this.viewChain)
    let alias: string | undefined
    let unidirectional = false
    let retain: 'union' | 'intersection' | undefined
    this.MANY(() => {
      this.OR2([
        {
          ALT: () => {
            alias = this.SUBRULE(this.asName)
          },
        },
        {
          ALT: () => {
            this.CONSUME(K.unidirectional)
            unidirectional = true
          },
        },
        {
          ALT: () => {
            this.CONSUME(T.RetainUnion)
            retain = 'union'
          },
        },
        {
          ALT: () => {
            this.CONSUME(T.RetainIntersection)
            retain = 'intersection'
          },
        },
      ])
    })
    return { source, views, alias, unidirectional, retain, at: at(first) }
  })

  patternSource = this.RULE('patternSource', (): A.SourceSpec => {
    const token = this.CONSUME(K.pattern)
    const flags: string[] = []
    this.MANY(() => {
      this.CONSUME(T.At)
      flags.push(nameOf(this.CONSUME(T.Name)))
    })
    this.CONSUME(T.LeftSquare)
    const pattern = this.SUBRULE(this.pattern)
    this.CONSUME(T.RightSquare)
    return { kind: 'pattern', pattern, flags, at: at(token) }
  })

  typeSource = this.RULE('typeSource', (): A.SourceSpec => {
    const first = this.LA(1)
    const name = this.SUBRULE(this.typeName)
    const filter = this.OPTION(() => this.SUBRULE(this.filters)) ?? []
    return { kind: 'type', name, filter, at: at(first) }
  })

  viewChain = this.RULE('viewChain', (): A.ViewSpec[] => {
    const views: A.ViewSpec[] = []
    this.MANY(() => {
      views.push(this.SUBRULE(this.view))
    })
    return views
  })

  view = this.RULE('view', (): A.ViewSpec => {
    this.OR([
      { ALT: () => this.CONSUME(T.Hash) },
      {
        ALT: () => {
          this.CONSUME(T.Dot)
          this.CONSUME(T.Name)
          this.CONSUME(T.Colon)
        },
      },
    ])
    const token = this.CONSUME2(T.Name)
    const args =
      this.OPTION({
        // `create window W#keepall (a int)`: those are columns.
        GATE: () => !(this.next(T.Name, 2) && this.next(T.Identifier, 3)),
        DEF: () => this.SUBRULE(this.argumentList),
      }) ?? []
    return { name: nameOf(token).toLowerCase(), args, at: at(token) }
  })

  groupItem = this.RULE(
    'groupItem',
    (): A.GroupItem =>
      this.OR({
        DEF: [
          {
            GATE: () => (this.next(K.rollup) || this.next(K.cube)) && this.next(T.LeftParen, 2),
            ALT: (): A.GroupItem => {
              const token = this.OR2([
                { ALT: () => this.CONSUME(K.rollup) },
                { ALT: () => this.CONSUME(K.cube) },
              ])
              this.CONSUME(T.LeftParen)
              const items: A.Expr[][] = []
              this.AT_LEAST_ONE_SEP({
                SEP: T.Comma,
                DEF: () => {
                  items.push(this.SUBRULE(this.groupSet))
                },
              })
              this.CONSUME(T.RightParen)
              return { kind: word(token) as 'rollup' | 'cube', items }
            },
          },
          {
            GATE: () => this.next(K.grouping) && this.next(K.sets, 2),
            ALT: (): A.GroupItem => {
              this.CONSUME(K.grouping)
              this.CONSUME(K.sets)
              this.CONSUME2(T.LeftParen)
              const items: (A.Expr[] | A.GroupItem)[] = []
              this.AT_LEAST_ONE_SEP2({
                SEP: T.Comma,
                DEF: () => {
                  items.push(
                    this.OR3([
                      {
                        GATE: () => (this.next(K.rollup) || this.next(K.cube)) && this.next(T.LeftParen, 2),
                        ALT: () => this.SUBRULE(this.groupItem) as A.GroupItem | A.Expr[],
                      },
                      { ALT: () => this.SUBRULE2(this.groupSet) as A.GroupItem | A.Expr[] },
                    ]),
                  )
                },
              })
              this.CONSUME2(T.RightParen)
              return { kind: 'sets', items }
            },
          },
          { ALT: (): A.GroupItem => ({ kind: 'expr', expr: this.SUBRULE(this.expression) }) },
        ],
        IGNORE_AMBIGUITIES: true,
      }),
  )

  groupSet = this.RULE('groupSet', (): A.Expr[] =>
    this.OR([
      {
        GATE: () => this.next(T.LeftParen),
        ALT: () => {
          const items: A.Expr[] = []
          this.CONSUME(T.LeftParen)
          this.MANY_SEP({
            SEP: T.Comma,
            DEF: () => {
              items.push(this.SUBRULE(this.expression))
            },
          })
          this.CONSUME(T.RightParen)
          return items
        },
      },
      { ALT: () => [this.SUBRULE2(this.expression)] },
    ]),
  )

  outputClause = this.RULE('outputClause', (): A.OutputSpec => {
    this.CONSUME(K.output)
    const after = this.OPTION({
      GATE: () => this.next(K.after),
      DEF: () => {
        this.CONSUME(K.after)
        return this.SUBRULE(this.amount)
      },
    })
    const kept = this.OPTION2(() =>
      this.OR([
        { ALT: () => this.CONSUME(K.all) },
        { ALT: () => this.CONSUME(K.first) },
        { ALT: () => this.CONSUME(K.last) },
        { ALT: () => this.CONSUME(K.snapshot) },
      ]),
    )
    const keep = kept && (word(kept) as A.OutputSpec['keep'])
    let every: A.OutputSpec['every']
    let cron: A.CronSpec | undefined
    let when: A.OutputSpec['when']
    let terminated: A.OutputSpec['terminated']
    this.OPTION3(() =>
      this.OR2([
        {
          ALT: () => {
            this.CONSUME(K.every)
            every = this.SUBRULE2(this.amount)
          },
        },
        {
          ALT: () => {
            this.CONSUME(K.at)
            cron = this.SUBRULE(this.cron)
          },
        },
        {
          GATE: () => !this.next(K.terminated, 2),
          ALT: () => {
            this.CONSUME(K.when)
            const condition = this.SUBRULE(this.expression)
            const set = this.OPTION4(() => {
              this.CONSUME(K.then)
              this.CONSUME(K.set)
              return this.SUBRULE(this.assignments)
            })
            when = { condition, set: set ?? [] }
          },
        },
        {
          ALT: () => {
            this.CONSUME2(K.when)
            terminated = this.SUBRULE(this.terminatedClause)
          },
        },
      ]),
    )
    this.OPTION5(() => {
      this.CONSUME(K.and)
      this.CONSUME3(K.when)
      terminated = this.SUBRULE2(this.terminatedClause)
    })
    return { after, keep, every, at: cron, when, terminated }
  })

  terminatedClause = this.RULE('terminatedClause', () => {
    this.CONSUME(K.terminated)
    const condition = this.OPTION({
      GATE: () => !this.next(K.when, 2),
      DEF: () => {
        this.CONSUME(K.and)
        return this.SUBRULE(this.expression)
      },
    })
    const set = this.OPTION2(() => {
      this.CONSUME(K.then)
      this.CONSUME(K.set)
      return this.SUBRULE(this.assignments)
    })
    return { condition, set: set ?? [] }
  })

  amount = this.RULE('amount', (): { period: A.Expr } | { events: A.Expr } => {
    const of = this.SUBRULE(this.periodOr)
    const events = this.OPTION(() => this.CONSUME(K.events)) !== undefined
    return events ? { events: of } : { period: of }
  })

  assignments = this.RULE('assignments', (): A.Assignment[] => {
    const list: A.Assignment[] = []
    this.AT_LEAST_ONE_SEP({
      SEP: T.Comma,
      DEF: () => {
        const target = this.SUBRULE(this.postfix)
        const token = this.CONSUME(T.Equal)
        list.push({ target, value: this.SUBRULE(this.expression), at: at(token) })
      },
    })
    return list
  })
}
