import type { ParserMethod } from 'chevrotain'
import type * as A from '../ast.ts'
import * as T from '../tokens.ts'
import { at, K, nameOf, word } from './base.ts'
import { RecognizeGrammar } from './recognize.ts'

/** `from`: streams with their filters and windows, patterns, joins. */
export abstract class FromGrammar extends RecognizeGrammar {
  // Comes later, and contained events hold it.
  abstract selectItems: ParserMethod<[], A.SelectItem[]>

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
          GATE: () => alias === undefined,
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
    const contained: A.Contained[] = []
    this.MANY(() => {
      contained.push(this.SUBRULE(this.containedEvents))
    })
    return { kind: 'type', name, filter, contained, at: at(first) }
  })

  containedEvents = this.RULE('containedEvents', (): A.Contained => {
    const first = this.CONSUME(T.LeftSquare)
    const items = this.OPTION(() => {
      this.CONSUME(K.select)
      const list = this.SUBRULE(this.selectItems)
      this.CONSUME(K.from)
      return list
    })
    const of = this.SUBRULE(this.expression)
    this.OPTION2(() => {
      // `@type(Item)` says in Java what is known here.
      this.CONSUME(T.At)
      this.CONSUME(T.Name)
      this.SUBRULE(this.filters)
    })
    const alias = this.OPTION3(() => this.SUBRULE(this.asName))
    const where = this.OPTION4(() => {
      this.CONSUME(K.where)
      return this.SUBRULE2(this.expression)
    })
    this.CONSUME(T.RightSquare)
    return { of, alias, items, where, at: at(first) }
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
}
