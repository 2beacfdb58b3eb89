import type * as A from '../ast.ts'
import * as T from '../tokens.ts'
import { at, image, K, word } from './base.ts'
import { SelectGrammar } from './select.ts'

/** `create context`. */
export abstract class ContextGrammar extends SelectGrammar {
  contextSpec = this.RULE(
    'contextSpec',
    (): A.ContextSpec =>
      this.OR({
        DEF: [
          {
            ALT: (): A.ContextSpec => {
              const contexts: { name: string; spec: A.ContextSpec }[] = []
              this.AT_LEAST_ONE_SEP({
                SEP: T.Comma,
                DEF: () => {
                  this.CONSUME(K.context)
                  const name = this.SUBRULE(this.name)
                  this.OPTION(() => this.CONSUME(K.as))
                  contexts.push({ name, spec: this.SUBRULE(this.contextSpec) })
                },
              })
              return { kind: 'nested', contexts }
            },
          },
          { ALT: () => this.SUBRULE(this.partitionSpec) },
          { ALT: () => this.SUBRULE(this.categorySpec) },
          { ALT: () => this.SUBRULE(this.hashSpec) },
          { ALT: () => this.SUBRULE(this.intervalSpec) },
        ],
        IGNORE_AMBIGUITIES: true,
      }),
  )

  partitionSpec = this.RULE('partitionSpec', (): A.ContextSpec => {
    const first = this.CONSUME(K.partition)
    this.OPTION(() => this.CONSUME(K.by))
    const sources = [this.SUBRULE(this.partitionSource)]
    this.MANY({
      // In a nested context the next comma may begin the next context.
      GATE: () => !this.next(K.context, 2),
      DEF: () => {
        this.CONSUME(T.Comma)
        sources.push(this.SUBRULE2(this.partitionSource))
      },
    })
    const initiated: A.ContextCondition[] = []
    this.OPTION2(() => {
      this.CONSUME(K.initiated)
      this.OPTION3(() => this.CONSUME2(K.by))
      this.AT_LEAST_ONE_SEP({
        SEP: T.Comma,
        DEF: () => {
          initiated.push(this.SUBRULE(this.contextCondition))
        },
      })
    })
    const terminated = this.OPTION4(() => {
      this.CONSUME(K.terminated)
      this.OPTION5(() => this.CONSUME3(K.by))
      return this.SUBRULE2(this.contextCondition)
    })
    return { kind: 'partition', sources, initiated, terminated, at: at(first) }
  })

  partitionSource = this.RULE('partitionSource', (): A.PartitionSource => {
    const first = this.LA(1)
    const keys = [this.SUBRULE(this.postfix)]
    this.MANY(() => {
      this.OR([{ ALT: () => this.CONSUME(T.Comma) }, { ALT: () => this.CONSUME(K.and) }])
      keys.push(this.SUBRULE2(this.postfix))
    })
    this.CONSUME(K.from)
    const type = this.SUBRULE(this.typeName)
    const filter = this.OPTION(() => this.SUBRULE(this.filters)) ?? []
    const alias = this.OPTION2(() => this.SUBRULE(this.asName))
    return { keys, type, filter, alias, at: at(first) }
  })

  categorySpec = this.RULE('categorySpec', (): A.ContextSpec => {
    const first = this.LA(1)
    const labels: { expr: A.Expr; label: string }[] = []
    this.AT_LEAST_ONE_SEP({
      SEP: T.Comma,
      DEF: () => {
        this.CONSUME(K.group)
        this.OPTION(() => this.CONSUME(K.by))
        const expr = this.SUBRULE(this.expression)
        this.CONSUME(K.as)
        labels.push({ expr, label: this.SUBRULE(this.name) })
      },
    })
    this.CONSUME(K.from)
    const type = this.SUBRULE(this.typeName)
    const filter = this.OPTION2(() => this.SUBRULE(this.filters)) ?? []
    return { kind: 'category', labels, type, filter, at: at(first) }
  })

  hashSpec = this.RULE('hashSpec', (): A.ContextSpec => {
    const first = this.CONSUME(K.coalesce)
    this.OPTION(() => this.CONSUME(K.by))
    const sources: { fn: string; args: A.Expr[]; type: string; filter: A.Expr[] }[] = []
    this.AT_LEAST_ONE_SEP({
      SEP: T.Comma,
      DEF: () => {
        const fn = this.SUBRULE(this.name)
        const args = this.SUBRULE(this.filters)
        this.CONSUME(K.from)
        const type = this.SUBRULE(this.typeName)
        const filter = this.OPTION2(() => this.SUBRULE2(this.filters)) ?? []
        sources.push({ fn, args, type, filter })
      },
    })
    this.CONSUME(K.granularity)
    const granularity = Number.parseInt(image(this.CONSUME(T.Integer)), 10)
    this.OPTION3(() => this.CONSUME(K.preallocate))
    return { kind: 'hash', sources, granularity, at: at(first) }
  })

  intervalSpec = this.RULE('intervalSpec', (): A.ContextSpec => {
    const first = this.OR([{ ALT: () => this.CONSUME(K.start) }, { ALT: () => this.CONSUME(K.initiated) }])
    const overlapping = word(first) === 'initiated'
    this.OPTION(() => this.CONSUME(K.by))
    const distinct =
      this.OPTION2(() => {
        this.CONSUME(K.distinct)
        return this.SUBRULE(this.filters)
      }) ?? []
    const start = this.SUBRULE(this.contextCondition)
    const end = this.OPTION3(() => {
      this.OR2([{ ALT: () => this.CONSUME(K.end) }, { ALT: () => this.CONSUME(K.terminated) }])
      this.OPTION4(() => this.CONSUME2(K.by))
      return this.SUBRULE2(this.contextCondition)
    })
    return { kind: 'interval', overlapping, distinct, start, end, at: at(first) }
  })

  contextCondition = this.RULE('contextCondition', (): A.ContextCondition => {
    return this.OR([
      {
        ALT: (): A.ContextCondition => {
          this.CONSUME(T.At)
          this.CONSUME(T.Identifier)
          const rest = this.OPTION(() => {
            this.CONSUME(K.and)
            return this.SUBRULE(this.watchedCondition)
          })
          if (!rest) return { kind: 'now' }
          return 'now' in rest ? { ...rest, now: true } : rest
        },
      },
      { ALT: () => this.SUBRULE2(this.watchedCondition) },
    ])
  })

  watchedCondition = this.RULE(
    'watchedCondition',
    (): A.ContextCondition =>
      this.OR({
        DEF: [
          {
            GATE: () => this.next(K.pattern) && (this.next(T.LeftSquare, 2) || this.next(T.At, 2)),
            ALT: (): A.ContextCondition => {
              const source = this.SUBRULE(this.patternSource)
              let inclusive = false
              this.OPTION4(() => {
                this.CONSUME2(T.At)
                this.CONSUME(K.inclusive)
                inclusive = true
              })
              const pattern = source?.kind === 'pattern' ? source.pattern : undefined
              return { kind: 'pattern', pattern: pattern as A.Pattern, inclusive, now: false, at: source?.at }
            },
          },
          { ALT: (): A.ContextCondition => ({ kind: 'cron', cron: this.SUBRULE(this.cron), now: false }) },
          {
            GATE: () => this.next(K.after),
            ALT: (): A.ContextCondition => {
              this.CONSUME(K.after)
              return { kind: 'after', period: this.SUBRULE(this.periodOr), now: false }
            },
          },
          {
            ALT: (): A.ContextCondition => {
              const first = this.LA(1)
              const type = this.SUBRULE(this.typeName)
              const filter = this.OPTION5(() => this.SUBRULE(this.filters)) ?? []
              const alias = this.OPTION6(() => this.SUBRULE(this.asName))
              return { kind: 'filter', type, filter, alias, at: at(first) }
            },
          },
        ],
        IGNORE_AMBIGUITIES: true,
      }),
  )
}
