import type { Rule } from '@ohmstead/model'
import { type Position, parse, RuleFault, type Statement } from '@ohmstead/streams'
import type { Link } from './chain.ts'
import { saidBy } from './definition.ts'
import { streamsMade, streamsNamed, streamsOwned } from './needs.ts'

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
}

/** One rule looks at streams of at most so many others, and these of others again. */
const mostSources = 20

const plain = { device: (id: string) => id }

/** The rules of a site as they are stored, and the streams that they make for each other. */
export class SiteRules {
  readonly rules: readonly Rule[]
  readonly #texts: ReadonlyMap<string, RuleText>

  /** @param before whatever is the same need not be read again */
  constructor(rules: readonly Rule[], before?: SiteRules) {
    this.rules = rules
    const texts = before ? before.#texts : new Map<string, RuleText>()
    this.#texts = new Map(
      rules.flatMap(rule => {
        const known = texts.get(rule.id)
        const text = known?.version === rule.version ? known : textOf(rule)
        return text ? [[rule.id, text]] : []
      }),
    )
  }

  get enabled(): Rule[] {
    return this.rules.filter(({ enabled }) => enabled)
  }

  /** Streams that rules which are switched on insert into. */
  get streams(): Set<string> {
    return new Set(this.enabled.flatMap(({ id }) => [...(this.#texts.get(id)?.makes ?? [])]))
  }

  text(id: string): RuleText | undefined {
    return this.#texts.get(id)
  }

  /** Rules that insert into a stream, those that are switched on or the others. */
  makersOf(stream: string, enabled = true): RuleText[] {
    return this.rules.flatMap(rule => {
      const text = rule.enabled === enabled ? this.#texts.get(rule.id) : undefined
      return text?.makes.has(stream) ? [text] : []
    })
  }

  /** Rules that look at a stream of this one. */
  usersOf(id: string): string[] {
    const makes = this.#texts.get(id)?.makes
    if (!makes?.size) return []
    return [...this.#texts.values()].flatMap(({ id: user, foreign }) =>
      user !== id && [...foreign.keys()].some(stream => makes.has(stream)) ? [user] : [],
    )
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

/** @throws RuleFault · InvalidInput */
export function readText({ id, version, definition }: Pick<Rule, 'id' | 'version' | 'definition'>): RuleText {
  const { epl } = saidBy(definition, plain)
  const statements = parse(epl)
  const makes = definition.kind === 'epl' ? new Set(streamsMade(statements).keys()) : new Set<string>()
  const owned = streamsOwned(statements)
  const foreign = new Map([...streamsNamed(statements)].filter(([stream]) => !owned.has(stream)))
  return { id, version, epl, statements, makes, foreign }
}

/**
 * The rules whose streams a rule looks at, each before those that look at its own, and the rule itself at the end.
 * @param measurements streams that no rule makes
 * @throws RuleFault when rules feed each other, or a stream's only maker is switched off
 */
export function linksOf(
  own: RuleText,
  rules: SiteRules | undefined,
  measurements: ReadonlySet<string>,
): Link[] {
  const linking = new Linking(own, rules, measurements)
  linking.add(own, [own.id])
  return linking.links
}

class Linking {
  readonly links: Link[] = []
  readonly #places = new Map<string, number>()
  readonly #own: RuleText
  readonly #rules: SiteRules | undefined
  readonly #measurements: ReadonlySet<string>

  constructor(own: RuleText, rules: SiteRules | undefined, measurements: ReadonlySet<string>) {
    this.#own = own
    this.#rules = rules
    this.#measurements = measurements
  }

  /** @returns its place among the links */
  add(text: RuleText, path: readonly string[]): number {
    const known = this.#places.get(text.id)
    if (known !== undefined) return known
    const imports = new Map<string, number[]>()
    for (const [stream, at] of text.foreign) {
      if (this.#measurements.has(stream)) continue
      const makers = this.#makersOf(stream, at)
      if (makers.length === 0) continue
      imports.set(
        stream,
        makers.map(maker => this.#addMaker(maker, path, at)),
      )
    }
    const { id: rule, version, epl, statements } = text
    this.links.push({ rule, version, epl, statements, imports })
    this.#places.set(text.id, this.links.length - 1)
    return this.links.length - 1
  }

  #addMaker(maker: RuleText, path: readonly string[], at: Position | undefined): number {
    const begin = path.indexOf(maker.id)
    if (begin >= 0) {
      const circle = [...path.slice(begin), maker.id].map(nameOf).join(' → ')
      throw new RuleFault(`rules cannot feed each other in a circle: ${circle}`, at)
    }
    const place = this.add(maker, [...path, maker.id])
    if (this.links.length > mostSources)
      throw new RuleFault(`looks at streams of more than ${mostSources} other rules`, at)
    return place
  }

  /** The rule that is judged stands for what is stored under its id. */
  #makersOf(stream: string, at: Position | undefined): RuleText[] {
    const own = this.#own
    const stored = this.#rules?.makersOf(stream).filter(({ id }) => id !== own.id) ?? []
    const makers = own.makes.has(stream) ? [...stored, own] : stored
    const [off] = makers.length === 0 ? (this.#rules?.makersOf(stream, false) ?? []) : []
    if (off && off.id !== own.id)
      throw new RuleFault(`rule '${off.id}', which makes the stream '${stream}', is switched off`, at)
    return makers
  }
}

const nameOf = (id: string) => (id === '' ? 'this rule' : `'${id}'`)
