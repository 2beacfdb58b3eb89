import type * as A from '../ast.ts'
import * as T from '../tokens.ts'
import { at, image, K, nameOf, word } from './base.ts'
import { ClauseGrammar } from './clauses.ts'

/** `select` with all its clauses. */
export abstract class SelectGrammar extends ClauseGrammar {
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
    this.OPTION9(() => this.SUBRULE(this.deliveryHint))
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

  /** `for grouped_delivery (key)`: into how many calls of a listener one delivery is cut; here it is always one. */
  deliveryHint = this.RULE('deliveryHint', () => {
    this.CONSUME(K.for)
    this.CONSUME(T.Identifier)
    this.OPTION(() => this.SUBRULE(this.filters))
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
              // `@eventbean`: to be handed over as events, as they are here anyway.
              this.OPTION3(() => {
                this.CONSUME(T.At)
                this.CONSUME2(T.Name)
              })
              const as = this.OPTION2(() => this.SUBRULE2(this.asName))
              return { kind: 'expr', expr, as, at: expr?.at }
            },
          },
        ],
        IGNORE_AMBIGUITIES: true,
      }),
  )
}
