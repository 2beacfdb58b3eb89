import type { Rule } from '@ohmstead/model'
import { type Position, parse, type Statement } from '@ohmstead/streams'
import { saidBy } from './definition.ts'
import { type Need, needsOf, streamsMade, streamsNamed, streamsOwned } from './needs.ts'
import { storeActions } from './rowStore.ts'

/** What a rule says, and the streams that others may look at. */
export interface RuleText {
  readonly id: string
  readonly version: number
  readonly epl: string
  readonly statements: readonly Statement[]
  /** Streams of a template are its own. */
  readonly makes: ReadonlySet<string>
  /** Streams that it looks at and does not make itself, and where each is named first. */
  readonly foreign: ReadonlyMap<string, Position | undefined>
  /** What it looks at, whoever makes it. */
  readonly needs: readonly Need[]
}

const plain = { device: (id: string) => id }

/** The rules of a site as they are stored, and the streams that they make for each other. A change costs what it touches. */
export class SiteRules {
  readonly #rules = new Map<string, Rule>()
  readonly #storing = new Set<string>()
  readonly #texts = new Map<string, RuleText>()
  readonly #makers = new IdsByStream()
  readonly #users = new IdsByStream()

  constructor(rules: Iterable<Rule> = []) {
    for (const rule of rules) this.put(rule)
  }

  get size(): number {
    return this.#rules.size
  }

  get(id: string): Rule | undefined {
    return this.#rules.get(id)
  }

  /** As it is now; what is the same need not be read again. */
  put(rule: Rule): void {
    const before = this.#rules.get(rule.id)
    this.#rules.set(rule.id, rule)
    if (rule.enabled && storeActions(rule).length > 0) this.#storing.add(rule.id)
    else this.#storing.delete(rule.id)
    if (before && isSameVersion(before, rule)) return
    this.#forget(rule.id)
    const text = textOf(rule)
    if (!text) return
    this.#texts.set(rule.id, text)
    this.#makers.add(rule.id, text.makes)
    this.#users.add(rule.id, text.foreign.keys())
  }

  remove(id: string): void {
    this.#rules.delete(id)
    this.#storing.delete(id)
    this.#forget(id)
  }

  #forget(id: string): void {
    const text = this.#texts.get(id)
    if (!text) return
    this.#texts.delete(id)
    this.#makers.delete(id, text.makes)
    this.#users.delete(id, text.foreign.keys())
  }

  /** Rules that are switched on and whose rows are stored. */
  get storing(): Rule[] {
    return [...this.#storing].map(id => this.#rules.get(id)!)
  }

  /** Streams that rules which are switched on insert into. */
  get streams(): string[] {
    return this.#makers.streams.filter(stream => this.makersOf(stream).length > 0)
  }

  text(id: string): RuleText | undefined {
    return this.#texts.get(id)
  }

  /** Rules that insert into a stream, those that are switched on or the others; by id. */
  makersOf(stream: string, enabled = true): RuleText[] {
    return this.#makers
      .of(stream)
      .filter(id => this.#rules.get(id)!.enabled === enabled)
      .map(id => this.#texts.get(id)!)
  }

  /** Rules that look at a stream of this one. */
  usersOf(id: string): string[] {
    const makes = this.#texts.get(id)?.makes ?? []
    const users = new Set([...makes].flatMap(stream => this.#users.of(stream)))
    users.delete(id)
    return [...users].sort()
  }

  /** Rules that look at any of these streams, by way of others too. */
  followersOf(streams: Iterable<string>): Set<string> {
    const followers = new Set<string>()
    const seen = new Set(streams)
    // Sets hand out what is added while they are walked.
    for (const stream of seen)
      for (const id of this.#users.of(stream)) {
        followers.add(id)
        for (const made of this.#texts.get(id)!.makes) seen.add(made)
      }
    return followers
  }
}

/** A version made after a rule was removed, under its id, is another one though it has the same number. */
export function isSameVersion(a: Rule, b: Rule): boolean {
  return a.version === b.version && a.changedAt === b.changedAt
}

class IdsByStream {
  readonly #ids = new Map<string, Set<string>>()

  add(id: string, streams: Iterable<string>): void {
    for (const stream of streams) {
      const ids = this.#ids.get(stream)
      if (ids) ids.add(id)
      else this.#ids.set(stream, new Set([id]))
    }
  }

  delete(id: string, streams: Iterable<string>): void {
    for (const stream of streams) {
      const ids = this.#ids.get(stream)
      ids?.delete(id)
      if (ids?.size === 0) this.#ids.delete(stream)
    }
  }

  get streams(): string[] {
    return [...this.#ids.keys()]
  }

  /** In the order of the registry, which does not depend on when each was made. */
  of(stream: string): string[] {
    return [...(this.#ids.get(stream) ?? [])].sort()
  }
}

/** A rule whose text cannot be read makes nothing; it is told of where it is to run. */
function textOf({ id, version, definition }: Rule): RuleText | undefined {
  try {
    return readText({ id, version, definition })
  } catch {
    return undefined
  }
}

/**
 * @param known of the same text need not be parsed again
 * @throws RuleFault · InvalidInput
 */
export function readText(
  { id, version, definition }: Pick<Rule, 'id' | 'version' | 'definition'>,
  known?: RuleText,
): RuleText {
  const { epl } = saidBy(definition, plain)
  const same = known?.epl === epl ? known : undefined
  const statements = same?.statements ?? parse(epl)
  const makes = definition.kind === 'epl' ? new Set(streamsMade(statements).keys()) : new Set<string>()
  const owned = streamsOwned(statements)
  const foreign = new Map([...streamsNamed(statements)].filter(([stream]) => !owned.has(stream)))
  return { id, version, epl, statements, makes, foreign, needs: same?.needs ?? needsOf(statements) }
}
