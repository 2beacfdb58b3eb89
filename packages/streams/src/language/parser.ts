import { EOF } from 'chevrotain'
import type * as A from './ast.ts'
import { at, K } from './grammar/base.ts'
import { TriggerGrammar } from './grammar/triggers.ts'
import * as T from './tokens.ts'

/** The whole grammar: a module of statements. */
export class EplParser extends TriggerGrammar {
  constructor() {
    super()
    this.performSelfAnalysis()
  }

  module = this.RULE('module', (): A.Statement[] => {
    const statements: A.Statement[] = []
    this.OPTION({
      GATE: () => this.isStatement(),
      DEF: () => {
        statements.push(this.SUBRULE(this.statement))
      },
    })
    this.MANY(() => {
      this.CONSUME(T.Semicolon)
      this.OPTION2({
        GATE: () => this.isStatement(),
        DEF: () => {
          statements.push(this.SUBRULE2(this.statement))
        },
      })
    })
    return statements
  })

  /** Anything but the end of a statement. */
  protected isStatement(): boolean {
    return !this.next(T.Semicolon) && !this.next(EOF)
  }

  statement = this.RULE('statement', (): A.Statement => {
    const first = this.LA(1)
    const annotations: A.Statement['annotations'] = []
    this.MANY(() => {
      annotations.push(this.SUBRULE(this.annotation))
    })
    let context: string | undefined
    this.OPTION(() => {
      this.CONSUME(K.context)
      context = this.SUBRULE(this.name)
    })
    const expressions: A.Statement['expressions'] = []
    this.MANY2(() => {
      expressions.push(this.SUBRULE(this.expressionDeclaration))
    })
    const body = this.OR([
      { ALT: (): A.Body => this.SUBRULE(this.createStatement) },
      { ALT: (): A.Body => this.SUBRULE(this.onStatement) },
      { ALT: (): A.Body => this.SUBRULE(this.updateStream) },
      { ALT: (): A.Body => this.SUBRULE(this.select) },
    ])
    const name = annotations.find(annotation => annotation?.name?.toLowerCase() === 'name')?.value
    return {
      name: typeof name === 'string' ? name : undefined,
      annotations,
      context,
      expressions,
      body,
      at: at(first),
      text: '',
    }
  })
}
