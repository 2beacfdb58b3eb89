import { type Position, RuleFault } from '@ohmstead/streams'
import type { Link } from './chain.ts'
import type { RuleText, SiteRules } from './siteRules.ts'

/** A rule among those that are run together, and what it says. */
export interface TextLink extends Link {
  readonly text: RuleText
}

/** One rule looks at streams of at most so many others, and these of others again. */
const mostSources = 20

/**
 * The rules whose streams a rule looks at, each before those that look at its own, and the rule itself at the end.
 * @param measurements streams that no rule makes
 * @throws RuleFault when rules feed each other, or a stream's only maker is switched off
 */
export function linksOf(
  own: RuleText,
  rules: SiteRules | undefined,
  measurements: ReadonlySet<string>,
): TextLink[] {
  const linking = new Linking(own, rules, measurements)
  linking.add(own, [own.id])
  return linking.links
}

class Linking {
  readonly links: TextLink[] = []
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
    this.links.push({ rule, version, epl, statements, imports, text })
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
