import { EOF } from 'chevrotain'
import type * as A from '../ast.ts'
import * as T from '../tokens.ts'
import { at, K, word } from './base.ts'
import { FromGrammar } from './from.ts'

/** `group by` and `output`. */
export abstract class ClauseGrammar extends FromGrammar {
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
          {
            GATE: () => this.nextTuple(),
            ALT: (): A.GroupItem => ({ kind: 'together', items: this.SUBRULE3(this.groupSet) }),
          },
          { ALT: (): A.GroupItem => ({ kind: 'expr', expr: this.SUBRULE(this.expression) }) },
        ],
        IGNORE_AMBIGUITIES: true,
      }),
  )

  /** `(a, b)` or `()`, not an expression in parentheses. */
  protected nextTuple(): boolean {
    if (!this.next(T.LeftParen)) return false
    let depth = 0
    for (let ahead = 1; !this.next(EOF, ahead); ahead++) {
      if (this.next(T.LeftParen, ahead)) depth++
      if (this.next(T.RightParen, ahead) && --depth === 0) return ahead === 2
      if (depth === 1 && this.next(T.Comma, ahead)) return true
    }
    return false
  }

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
    const place = at(this.CONSUME(K.output))
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
    return { after, keep, every, at: cron, when, terminated, place }
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
