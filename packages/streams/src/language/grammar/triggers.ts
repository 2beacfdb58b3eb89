import type * as A from '../ast.ts'
import * as T from '../tokens.ts'
import { at, K } from './base.ts'
import { CreateGrammar } from './create.ts'

/** `on … select | delete | update | merge | set | insert`, and `update istream`. */
export abstract class TriggerGrammar extends CreateGrammar {
  onStatement = this.RULE('onStatement', (): A.Body => {
    const first = this.CONSUME(K.on)
    const trigger = this.SUBRULE(this.streamItem)
    const action = this.OR([
      { ALT: (): A.OnAction => this.SUBRULE(this.onDelete) },
      { ALT: (): A.OnAction => this.SUBRULE(this.onUpdate) },
      { ALT: (): A.OnAction => this.SUBRULE(this.onMerge) },
      {
        ALT: (): A.OnAction => {
          this.CONSUME(K.set)
          return { kind: 'set', set: this.SUBRULE(this.assignments) }
        },
      },
      { ALT: (): A.OnAction => this.SUBRULE(this.onInsertOrSelect) },
    ])
    return { kind: 'on', trigger, action, at: at(first) }
  })

  onDelete = this.RULE('onDelete', (): A.OnAction => {
    const first = this.CONSUME(K.delete)
    this.CONSUME(K.from)
    const from = this.SUBRULE(this.typeName)
    const alias = this.OPTION(() => this.SUBRULE(this.asName))
    const where = this.OPTION2(() => {
      this.CONSUME(K.where)
      return this.SUBRULE(this.expression)
    })
    return { kind: 'delete', from, alias, where, at: at(first) }
  })

  onUpdate = this.RULE('onUpdate', (): A.OnAction => {
    const first = this.CONSUME(K.update)
    const window = this.SUBRULE(this.typeName)
    const alias = this.OPTION(() => this.SUBRULE(this.asName))
    this.CONSUME(K.set)
    const set = this.SUBRULE(this.assignments)
    const where = this.OPTION2(() => {
      this.CONSUME(K.where)
      return this.SUBRULE(this.expression)
    })
    return { kind: 'update', window, alias, set, where, at: at(first) }
  })

  onMerge = this.RULE('onMerge', (): A.OnAction => {
    const first = this.CONSUME(K.merge)
    this.OPTION(() => this.CONSUME(K.into))
    const window = this.SUBRULE(this.typeName)
    const alias = this.OPTION2(() => this.SUBRULE(this.asName))
    const branches: A.MergeBranch[] = []
    let where: A.Expr | undefined
    this.OR([
      {
        ALT: () => {
          const action = this.SUBRULE(this.mergeInsert)
          branches.push({ matched: false, actions: [action], at: action?.at })
        },
      },
      {
        ALT: () => {
          where = this.OPTION3(() => {
            this.CONSUME(K.where)
            return this.SUBRULE(this.expression)
          })
          this.AT_LEAST_ONE(() => {
            branches.push(this.SUBRULE(this.mergeBranch))
          })
        },
      },
    ])
    return { kind: 'merge', window, alias, where, branches, at: at(first) }
  })

  mergeBranch = this.RULE('mergeBranch', (): A.MergeBranch => {
    const first = this.CONSUME(K.when)
    const matched = this.OPTION(() => this.CONSUME(K.not)) === undefined
    this.CONSUME(K.matched)
    const condition = this.OPTION2(() => {
      this.CONSUME(K.and)
      return this.SUBRULE(this.expression)
    })
    const actions: A.MergeAction[] = []
    this.AT_LEAST_ONE(() => {
      this.CONSUME(K.then)
      actions.push(
        this.OR([
          { ALT: (): A.MergeAction => this.SUBRULE(this.mergeInsert) },
          {
            ALT: (): A.MergeAction => {
              const token = this.CONSUME(K.update)
              this.CONSUME(K.set)
              const set = this.SUBRULE(this.assignments)
              const where = this.OPTION3(() => {
                this.CONSUME(K.where)
                return this.SUBRULE2(this.expression)
              })
              return { kind: 'update', set, where, at: at(token) }
            },
          },
          {
            ALT: (): A.MergeAction => {
              const token = this.CONSUME(K.delete)
              const where = this.OPTION4(() => {
                this.CONSUME2(K.where)
                return this.SUBRULE3(this.expression)
              })
              return { kind: 'delete', where, at: at(token) }
            },
          },
        ]),
      )
    })
    return { matched, condition, actions, at: at(first) }
  })

  mergeInsert = this.RULE('mergeInsert', (): A.MergeAction => {
    const first = this.CONSUME(K.insert)
    const into = this.OPTION(() => {
      this.CONSUME(K.into)
      return this.SUBRULE(this.typeName)
    })
    const columns = this.OPTION2(() => this.SUBRULE(this.nameList))
    this.CONSUME(K.select)
    const items = this.SUBRULE(this.selectItems)
    const where = this.OPTION3(() => {
      this.CONSUME(K.where)
      return this.SUBRULE(this.expression)
    })
    return { kind: 'insert', into, columns, items, where, at: at(first) }
  })

  onInsertOrSelect = this.RULE('onInsertOrSelect', (): A.OnAction => {
    const first = this.LA(1)
    let insert: A.InsertInto | undefined
    this.OPTION(() => {
      insert = this.SUBRULE(this.insertInto)
    })
    this.CONSUME(K.select)
    let remove = false
    this.OPTION2({
      GATE: () => this.next(K.and) || (this.next(K.delete) && this.nextIs('delete')),
      DEF: () => {
        this.OPTION3(() => this.CONSUME(K.and))
        this.CONSUME(K.delete)
        remove = true
      },
    })
    const selector = this.OPTION9(() => this.SUBRULE(this.streamSelector))
    const distinct = this.OPTION4(() => this.CONSUME(K.distinct)) !== undefined
    const items = this.SUBRULE(this.selectItems)
    const contained = this.SUBRULE(this.splitFrom) ?? []
    const source = this.OPTION5(() => {
      this.CONSUME(K.from)
      return this.SUBRULE(this.fromClause)
    })
    const tail = this.SUBRULE(this.selectTail)
    const branches: A.SplitBranch[] = []
    this.MANY(() => {
      const into = this.SUBRULE2(this.insertInto)
      this.CONSUME2(K.select)
      const branchItems = this.SUBRULE2(this.selectItems)
      const held = this.SUBRULE2(this.splitFrom) ?? []
      const where = this.OPTION6(() => {
        this.CONSUME(K.where)
        return this.SUBRULE(this.expression)
      })
      branches.push({ insert: into, items: branchItems, contained: held, where })
    })
    let all = tail?.output?.keep === 'all'
    this.OPTION7(() => {
      this.CONSUME(K.output)
      this.OR([
        { ALT: () => this.CONSUME(K.first) },
        {
          ALT: () => {
            this.CONSUME(K.all)
            all = true
          },
        },
      ])
    })
    if (insert && !source)
      return {
        kind: 'split',
        branches: [{ insert, items, contained, where: tail?.where }, ...branches],
        all,
        at: at(first),
      }
    const { from, joins } = source ?? { from: [], joins: [] }
    const select: A.Select = {
      kind: 'select',
      insert,
      selector,
      distinct,
      items,
      from,
      joins,
      ...tail,
      at: at(first),
    }
    return { kind: 'select', select, remove, at: at(first) }
  })

  /** `from [select orderId, item.* from items as item]` of a branch that splits events up. */
  splitFrom = this.RULE('splitFrom', (): A.Contained[] => {
    const contained: A.Contained[] = []
    this.OPTION({
      GATE: () => this.next(K.from) && this.next(T.LeftSquare, 2),
      DEF: () => {
        this.CONSUME(K.from)
        this.AT_LEAST_ONE(() => {
          contained.push(this.SUBRULE(this.containedEvents))
        })
      },
    })
    return contained
  })

  updateStream = this.RULE('updateStream', (): A.Body => {
    const first = this.CONSUME(K.update)
    this.CONSUME(K.istream)
    const type = this.SUBRULE(this.typeName)
    const alias = this.OPTION(() => this.SUBRULE(this.asName))
    this.CONSUME(K.set)
    const set = this.SUBRULE(this.assignments)
    const where = this.OPTION2(() => {
      this.CONSUME(K.where)
      return this.SUBRULE(this.expression)
    })
    return { kind: 'updateStream', type, alias, set, where, at: at(first) }
  })
}
