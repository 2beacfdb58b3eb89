import type * as A from '../ast.ts'
import * as T from '../tokens.ts'
import { at, K, listOf, nameOf, word } from './base.ts'
import { ContextGrammar } from './contexts.ts'

/** `create window`, `table`, `variable` and so on. */
export abstract class CreateGrammar extends ContextGrammar {
  createStatement = this.RULE('createStatement', (): A.Body => {
    const first = this.CONSUME(K.create)
    const place = at(first)
    return this.OR({
      DEF: [
        { ALT: (): A.Body => ({ ...this.SUBRULE(this.createWindow), at: place }) },
        {
          ALT: (): A.Body => {
            this.CONSUME(K.table)
            const name = this.SUBRULE(this.typeName)
            this.OPTION(() => this.CONSUME(K.as))
            return { kind: 'createTable', name, columns: this.SUBRULE(this.columnList), at: place }
          },
        },
        {
          ALT: (): A.Body => {
            this.CONSUME(K.context)
            const name = this.SUBRULE(this.name)
            this.OPTION2(() => this.CONSUME2(K.as))
            return { kind: 'createContext', name, spec: this.SUBRULE(this.contextSpec), at: place }
          },
        },
        { ALT: (): A.Body => ({ ...this.SUBRULE(this.createVariable), at: place }) },
        {
          GATE: () => this.next(K.schema) || this.next(K.schema, 2),
          ALT: (): A.Body => ({ ...this.SUBRULE(this.createSchema), at: place }),
        },
        {
          ALT: (): A.Body => {
            this.OPTION3(() => this.CONSUME(K.unique))
            this.CONSUME(K.index)
            this.SUBRULE2(this.name)
            this.CONSUME(K.on)
            this.SUBRULE3(this.typeName)
            this.SUBRULE(this.argumentListLoose)
            return { kind: 'createIndex', at: place }
          },
        },
        {
          ALT: (): A.Body => ({ ...this.SUBRULE(this.expressionDeclaration), at: place }),
        },
      ],
      IGNORE_AMBIGUITIES: true,
    })
  })

  /** `expression [type] name {x => …}`, `expression name alias for {…}` */
  expressionDeclaration = this.RULE('expressionDeclaration', () => {
    const first = this.CONSUME(K.expression)
    this.OPTION({
      GATE: () => this.next(T.Name, 2) && !this.nextIs('alias', 2),
      DEF: () => this.SUBRULE(this.typeName),
    })
    const name = this.SUBRULE(this.name)
    this.OPTION2(() => {
      this.CONSUME(T.Identifier)
      this.CONSUME(K.for)
    })
    this.CONSUME(T.LeftBrace)
    const params: string[] = []
    this.OPTION3({
      GATE: () => this.next(T.Fat, 2) || (this.next(T.LeftParen) && this.nextLambda()),
      DEF: () => {
        this.OR([
          {
            ALT: () => {
              params.push(nameOf(this.CONSUME(T.Name)))
            },
          },
          {
            ALT: () => {
              this.CONSUME(T.LeftParen)
              this.MANY_SEP({
                SEP: T.Comma,
                DEF: () => {
                  params.push(nameOf(this.CONSUME2(T.Name)))
                },
              })
              this.CONSUME(T.RightParen)
            },
          },
        ])
        this.CONSUME(T.Fat)
      },
    })
    const body = this.SUBRULE(this.expression)
    this.CONSUME(T.RightBrace)
    return { kind: 'createExpression' as const, name, params, body, at: at(first) }
  })

  /** `@name('x')`, and others that are read over. */
  annotation = this.RULE('annotation', () => {
    this.CONSUME(T.At)
    const name = this.SUBRULE(this.typeName)
    let value: string | number | undefined
    this.OPTION(() => {
      this.CONSUME(T.LeftParen)
      const given: (A.Expr | undefined)[] = []
      this.MANY_SEP({
        SEP: T.Comma,
        DEF: () => {
          this.OPTION2({
            GATE: () => this.next(T.Equal, 2),
            DEF: () => {
              this.CONSUME(T.Name)
              this.CONSUME(T.Equal)
            },
          })
          given.push(this.SUBRULE(this.annotationValue))
        },
      })
      this.CONSUME(T.RightParen)
      this.ACTION(() => {
        const [of] = given
        if (of?.kind === 'literal' && of.value !== null && typeof of.value !== 'boolean') value = of.value
        if (of?.kind === 'name') value = of.name
      })
    })
    return { name, value }
  })

  /** A value, an annotation in the annotation, or a list of these. */
  annotationValue = this.RULE('annotationValue', (): A.Expr | undefined =>
    this.OR({
      DEF: [
        {
          ALT: () => {
            this.SUBRULE(this.annotation)
            return undefined
          },
        },
        {
          GATE: () => this.next(T.LeftBrace) && this.next(T.At, 2),
          ALT: () => {
            this.CONSUME(T.LeftBrace)
            this.AT_LEAST_ONE_SEP({
              SEP: T.Comma,
              DEF: () => {
                this.SUBRULE2(this.annotation)
              },
            })
            this.CONSUME(T.RightBrace)
            return undefined
          },
        },
        { ALT: () => this.SUBRULE(this.expression) },
      ],
      IGNORE_AMBIGUITIES: true,
    }),
  )

  /** `(a hash, b btree)`: an index speeds nothing up here that is not fast already; only its syntax is checked. */
  argumentListLoose = this.RULE('argumentListLoose', () => {
    this.CONSUME(T.LeftParen)
    this.AT_LEAST_ONE_SEP({
      SEP: T.Comma,
      DEF: () => {
        this.SUBRULE(this.name)
        this.OPTION(() =>
          this.OR([{ ALT: () => this.CONSUME(K.hash) }, { ALT: () => this.CONSUME(K.btree) }]),
        )
      },
    })
    this.CONSUME(T.RightParen)
  })

  createWindow = this.RULE('createWindow', () => {
    this.CONSUME(K.window)
    const name = this.SUBRULE(this.typeName)
    const views = this.SUBRULE(this.viewChain)
    const retain = this.OPTION(() =>
      this.OR([
        { ALT: () => this.CONSUME(T.RetainUnion) },
        { ALT: () => this.CONSUME(T.RetainIntersection) },
      ]),
    )
    this.OPTION2(() => this.CONSUME(K.as))
    let columns: A.ColumnSpec[] | undefined
    let from: string | undefined
    let items: A.SelectItem[] | undefined
    this.OR2([
      {
        ALT: () => {
          columns = this.SUBRULE(this.columnList)
        },
      },
      {
        ALT: () => {
          this.CONSUME(K.select)
          items = this.SUBRULE(this.selectItems)
          this.CONSUME(K.from)
          from = this.SUBRULE2(this.typeName)
        },
      },
      {
        ALT: () => {
          from = this.SUBRULE3(this.typeName)
        },
      },
    ])
    const where = this.OPTION3(() => {
      this.CONSUME(K.insert)
      return this.OPTION4(() => {
        this.CONSUME(K.where)
        return this.SUBRULE(this.expression)
      })
    })
    const union = word(retain) === 'retain-union'
    return {
      kind: 'createWindow' as const,
      name,
      views,
      retain: retain && (union ? ('union' as const) : ('intersection' as const)),
      columns,
      from,
      items,
      insert: false,
      where,
    }
  })

  columnList = this.RULE('columnList', (): A.ColumnSpec[] => {
    const columns: A.ColumnSpec[] = []
    this.CONSUME(T.LeftParen)
    this.MANY_SEP({
      SEP: T.Comma,
      DEF: () => {
        columns.push(this.SUBRULE(this.column))
      },
    })
    this.CONSUME(T.RightParen)
    return columns
  })

  column = this.RULE('column', (): A.ColumnSpec => {
    const token = this.OR([{ ALT: () => this.CONSUME(T.Name) }, { ALT: () => this.CONSUME(T.Reserved) }])
    let type = this.SUBRULE(this.typeName)
    let aggregate: A.ColumnSpec['aggregate']
    let array = false
    let primaryKey = false
    this.OPTION(() => {
      const args = this.SUBRULE(this.argumentList)
      aggregate = {
        name: type,
        args: listOf(args).filter(arg => arg.name !== 'distinct'),
        distinct: listOf(args).some(arg => arg.name === 'distinct'),
      }
    })
    this.MANY2(() => {
      this.CONSUME(T.LeftSquare)
      this.OPTION4(() => this.CONSUME(T.Identifier))
      this.CONSUME(T.RightSquare)
      // What a list of lists holds in the end is not followed.
      if (array) type = 'object'
      array = true
    })
    this.OPTION3(() => {
      this.CONSUME(K.primary)
      this.CONSUME(K.key)
      primaryKey = true
    })
    let holds: string | undefined
    this.MANY(() => {
      const { name, value } = this.SUBRULE(this.annotation) ?? {}
      if (name?.toLowerCase() === 'type') holds = String(value)
    })
    return { name: nameOf(token), type, array, primaryKey, aggregate, holds, at: at(token) }
  })

  createVariable = this.RULE('createVariable', () => {
    const constant =
      this.OPTION(() =>
        this.OR([{ ALT: () => this.CONSUME(K.constant) }, { ALT: () => this.CONSUME(K.const) }]),
      ) !== undefined
    this.CONSUME(K.variable)
    const type = this.SUBRULE(this.typeName)
    const array =
      this.OPTION2(() => {
        this.CONSUME(T.LeftSquare)
        // `int[primitive]` says how Java keeps it.
        this.OPTION4(() => this.CONSUME(T.Identifier))
        return this.CONSUME(T.RightSquare)
      }) !== undefined
    const name = this.SUBRULE(this.name)
    const value = this.OPTION3(() => {
      this.CONSUME(T.Equal)
      return this.SUBRULE(this.expression)
    })
    return { kind: 'createVariable' as const, name, type, array, constant, value }
  })

  /** `create map schema`: how Esper keeps events in Java, which is nothing to us. `variant` is refused later. */
  createSchema = this.RULE('createSchema', () => {
    const keptAs = this.OPTION4(() => this.CONSUME(T.Identifier))
    this.CONSUME(K.schema)
    const name = this.SUBRULE(this.typeName)
    this.OPTION(() => this.CONSUME(K.as))
    const copy: string[] = []
    const columns =
      this.OPTION2(() =>
        this.OR([
          { ALT: () => this.SUBRULE(this.columnList) },
          {
            ALT: (): A.ColumnSpec[] => {
              copy.push(this.SUBRULE3(this.typeName))
              return []
            },
          },
        ]),
      ) ?? []
    const times: { start?: string; end?: string } = {}
    const inherits: string[] = []
    // `inherits T`, `copyfrom T, U`, `starttimestamp t`, `endtimestamp t`
    this.MANY(() => {
      const what = word(this.CONSUME2(T.Identifier))
      this.AT_LEAST_ONE_SEP({
        SEP: T.Comma,
        DEF: () => {
          const other = this.SUBRULE2(this.typeName)
          if (what === 'starttimestamp') times.start = other
          else if (what === 'endtimestamp') times.end = other
          else (what === 'inherits' ? inherits : copy).push(other)
        },
      })
    })
    const variant = word(keptAs) === 'variant'
    return { kind: 'createSchema' as const, name, columns, copy, inherits, variant, ...times }
  })
}
