import type { ContextRun } from '../contexts/run.ts'
import { RuleFault } from '../errors.ts'
import type { UserFunction } from '../expressions/scope.ts'
import type { Expr } from '../language/ast.ts'
import { hint } from '../nearest.ts'
import type { StreamUpdate } from '../triggers/streamUpdate.ts'
import type { Catalog, ContextInfo, TableInfo, VariableInfo, WindowInfo } from './catalog.ts'
import type { EventType, Value } from './event.ts'
import type { Deployed } from './rule.ts'

interface Kinds {
  type: EventType
  window: WindowInfo
  table: TableInfo
  variable: VariableInfo & { value: Value }
  context: { info: ContextInfo; run: ContextRun }
  expression: { params: string[]; body: Expr }
  /** Statements that windows and tables are. */
  deployed: Deployed
  updates: readonly StreamUpdate[]
}

interface Entry<K extends keyof Kinds> {
  readonly item: Kinds[K]
  /** The rule that made it; undefined: the owner of the engine. */
  readonly owner: string | undefined
}

/** What names in rules mean, which rule made each, and which rules use what others made. */
export class Names implements Catalog {
  readonly zone: string
  readonly #functions: ReadonlyMap<string, UserFunction>
  readonly #shelves: { [K in keyof Kinds]: Map<string, Entry<K>> } = {
    type: new Map(),
    window: new Map(),
    table: new Map(),
    variable: new Map(),
    context: new Map(),
    expression: new Map(),
    deployed: new Map(),
    updates: new Map(),
  }
  /** By rule: the rules whose names it uses. */
  readonly #uses = new Map<string, Set<string>>()
  #compiling: string | undefined

  constructor(zone: string, functions: readonly UserFunction[]) {
    this.zone = zone
    this.#functions = new Map(functions.map(one => [one.name, one]))
  }

  /** What is declared during `work` belongs to the rule, and what is looked up is used by it. */
  compileFor<T>(rule: string, work: () => T): T {
    const outer = this.#compiling
    this.#compiling = rule
    try {
      return work()
    } finally {
      this.#compiling = outer
    }
  }

  /** Rules that use what this one made. */
  usersOf(rule: string): string[] {
    return [...this.#uses].flatMap(([user, used]) => (used.has(rule) ? [user] : []))
  }

  /** Forgets what a rule made. */
  forget(rule: string): void {
    this.#uses.delete(rule)
    for (const shelf of Object.values(this.#shelves))
      for (const [name, { owner }] of shelf) if (owner === rule) shelf.delete(name)
  }

  get<K extends keyof Kinds>(kind: K, name: string): Kinds[K] | undefined {
    const entry = this.#shelves[kind].get(name)
    if (entry?.owner !== undefined) this.#note(entry.owner)
    return entry?.item
  }

  put<K extends keyof Kinds>(kind: K, name: string, item: Kinds[K]): void {
    this.#shelves[kind].set(name, { item, owner: this.#compiling })
  }

  /** @throws RuleFault when a window or table has that name already */
  requireFree(name: string, at?: { line: number; column: number }): void {
    if (this.get('window', name) || this.get('table', name))
      throw new RuleFault(`there is a '${name}' already`, at)
  }

  type(name: string): EventType | undefined {
    return this.get('type', name)
  }
  streams(): readonly string[] {
    return (['type', 'window', 'table'] as const).flatMap(kind => [...this.#shelves[kind].keys()])
  }
  declareType(type: EventType): void {
    this.put('type', type.name, type)
  }
  window(name: string): WindowInfo | undefined {
    return this.get('window', name)
  }
  table(name: string): TableInfo | undefined {
    return this.get('table', name)
  }
  variable(name: string): VariableInfo | undefined {
    return this.get('variable', name)
  }
  valueOf(name: string): Value {
    return this.get('variable', name)?.value ?? null
  }
  constantOf(name: string): { value: Value } | undefined {
    const variable = this.get('variable', name)
    return variable?.constant ? variable : undefined
  }
  context(name: string): ContextInfo | undefined {
    return this.get('context', name)?.info
  }
  unknownContext(name: string, at: { line: number; column: number }): RuleFault {
    const known = [...this.#shelves.context.keys()]
    return new RuleFault(`there is no context '${name}'${hint(name, known)}`, at, known)
  }
  expression(name: string): { params: string[]; body: Expr } | undefined {
    return this.get('expression', name)
  }
  function(name: string): UserFunction | undefined {
    return this.#functions.get(name)
  }

  #note(owner: string): void {
    const user = this.#compiling
    if (user === undefined || user === owner) return
    const used = this.#uses.get(user)
    if (used) used.add(owner)
    else this.#uses.set(user, new Set([owner]))
  }
}
