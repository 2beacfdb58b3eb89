import { InvalidInput, type Rule, type RuleDefinition } from '@ohmstead/model'
import { EventType, RuleFault, type Rule as Running, type Statement, Types } from '@ohmstead/streams'
import { Chain, type Link } from './chain.ts'
import { type Said, saidBy } from './definition.ts'
import { linksOf, type TextLink } from './links.ts'
import { type Flow, requireNoLoop } from './loops.ts'
import { joined, type Need, streamsMade, streamsNamed, streamsOwned } from './needs.ts'
import { joinedReach, reachOf } from './reach.ts'
import { storeActions } from './rowStore.ts'
import { type RuleText, readText, type SiteRules } from './siteRules.ts'
import type { Names } from './templates/index.ts'
import { narrowed } from './vocabulary.ts'

/** A rule, ready to run. */
export interface Compiled {
  readonly epl: string
  /** "When *freezer* draws less than 2 W for 30 min, alert *high*." */
  readonly sentence: string
  readonly needs: readonly Need[]
  /** The streams it is given, with no more fields than it looks at. */
  readonly types: ReadonlyMap<string, EventType>
  /** How far back its state reaches, ms. */
  readonly memoryMs: number
  /** Whether its state depends on nothing older, so that the past can be judged again when late readings come. */
  readonly bounded: boolean
  /** Texts of its statements, and what the rows of each mean. */
  readonly meanings: ReadonlyMap<string, Meaning>
  /** UCUM units of what its rows hold, by name; only of those that have one. */
  readonly units: Readonly<Record<string, string>>
  /** The definition with the defaults of its template filled in. */
  readonly definition: RuleDefinition
  /** The rules whose streams it looks at, each before those that look at its own; then the rule itself. */
  readonly links: readonly Link[]
  /** Which versions of other rules it looks at; empty for none. */
  readonly origin: string
  /** Streams that no rule makes, as they were when it was judged. */
  readonly measurements: ReadonlySet<string>
}

/** `raise`: something holds; `clear`: it no longer does; `derive`: only for other statements. */
export type Meaning = 'raise' | 'clear' | 'derive'

export interface Surroundings {
  readonly zone: string
  readonly vocabulary: ReadonlyMap<string, EventType>
  readonly names: Names
  /** The other rules of the site; without them a rule can look at measurements only. */
  readonly rules?: SiteRules | undefined
  /** Whether a device can be stored for; without it all can. */
  readonly hasDevice?: (device: string) => boolean
}

/**
 * Reads a rule and judges it, and the rules whose streams it looks at: names, types and units.
 * @param rule its id tells it from what is stored under it
 * @throws RuleFault with line, column and what was expected · Unsupported · InvalidInput for a template's parameters
 */
export function compileRule(
  rule: Pick<Rule, 'definition' | 'actions'> & Partial<Pick<Rule, 'id'>>,
  { zone, vocabulary, names, rules, hasDevice }: Surroundings,
): Compiled {
  const said = saidBy(rule.definition, names)
  const { id = '' } = rule
  const text = readText({ id, version: 0, definition: said.definition }, rules?.text(id))
  const streams = streamsFor(text, vocabulary)
  const measurements = new Set(streams.keys())
  const links = linksOf(text, rules, measurements)
  const judged = judge(links, streams, zone)
  const needs = joined(neededBy(links, measurements))
  requireNoLoop({ id: text.id, needs, actions: rule.actions }, () => flowsOf(rules, vocabulary))
  for (const { device } of storeActions(rule))
    if (hasDevice?.(device) === false)
      throw new InvalidInput('actions', `there is no device '${device}': make it first`)
  const reaches = links.map(({ statements }) => reachOf(statements))
  if (said.memoryMs !== undefined) reaches[links.length - 1] = { memoryMs: said.memoryMs, bounded: true }
  return {
    ...joinedReach(reaches),
    ...{ epl: said.epl, definition: said.definition, needs, links, measurements },
    sentence: sentenceOf(said, rule.actions, names),
    types: new Map(
      needs.map(({ measurement, fields }) => [measurement, narrowed(streams.get(measurement)!, fields)]),
    ),
    meanings: new Map(text.statements.map(statement => [statement.text, meaningOf(statement)])),
    origin: originOf(links),
    units: unitsOf(judged.own.running),
  }
}

/**
 * With every field there is, so that a name that is wrong is told from one that is not used.
 * @throws RuleFault · Unsupported
 */
function judge(links: readonly TextLink[], streams: ReadonlyMap<string, EventType>, zone: string): Chain {
  const named = new Set(links.flatMap(({ text }) => text.needs.map(({ measurement }) => measurement)))
  const types = [...streams.values()]
  try {
    return new Chain(links, { zone, types: types.filter(({ name }) => named.has(name)) })
  } catch {
    // What is wrong is told among all names there are.
    return new Chain(links, { zone, types })
  }
}

/** What the rules are to be given together. */
function neededBy(links: readonly TextLink[], measurements: ReadonlySet<string>): Need[] {
  return links.flatMap(({ text }) => text.needs.filter(({ measurement }) => measurements.has(measurement)))
}

/** A name that stands for different units in different statements has none. */
function unitsOf({ statements }: Running): Record<string, string> {
  const units = new Map<string, Set<string>>()
  for (const { name, type } of statements.flatMap(({ fields }) => fields)) {
    const unit = Types.unitOf(type)
    if (unit !== undefined) units.set(name, (units.get(name) ?? new Set()).add(unit))
  }
  return Object.fromEntries(
    [...units].filter(([, of]) => of.size === 1).map(([name, of]) => [name, [...of][0]]),
  )
}

/** A stream that rules will have. */
const commandStream = 'commands'

/** What the rules that are switched on and store rows look at and store; those that cannot run do neither. */
function flowsOf(rules: SiteRules | undefined, vocabulary: Surroundings['vocabulary']): Flow[] {
  return (rules?.storing ?? []).flatMap(({ id, actions }) => {
    const text = rules!.text(id)
    if (!text) return []
    try {
      const measurements = new Set(streamsFor(text, vocabulary).keys())
      return [{ id, actions, needs: neededBy(linksOf(text, rules, measurements), measurements) }]
    } catch {
      return []
    }
  })
}

/** The streams that rules of the site make, as they look; of those that cannot run there is none. */
export function madeStreams({ zone, vocabulary, rules }: Surroundings): EventType[] {
  const measurements = new Set(vocabulary.keys())
  return [...(rules?.streams ?? [])].flatMap(stream => {
    try {
      const definition = { kind: 'epl', text: `select * from \`${stream}\`` } as const
      const links = linksOf(readText({ id: '', version: 0, definition }), rules, measurements)
      const { running } = new Chain(links, { zone, types: [...vocabulary.values()] }).own
      return [new EventType(stream, running.statements[0].fields)]
    } catch {
      return []
    }
  })
}

/** Which versions of other rules a rule looks at; empty for none. */
export function originOf(links: readonly Link[]): string {
  return links
    .slice(0, -1)
    .map(({ rule, version }) => `${rule}@${version}`)
    .join()
}

/**
 * The measurements that a rule can look at. A template's own streams come before a measurement that has the name of one.
 * @throws RuleFault when somebody's text inserts into a measurement, or looks at commands
 */
function streamsFor(
  { statements, makes }: RuleText,
  vocabulary: Surroundings['vocabulary'],
): ReadonlyMap<string, EventType> {
  const made = streamsMade(statements)
  for (const [stream, at] of made)
    if (makes.has(stream) && (vocabulary.has(stream) || stream === commandStream))
      throw new RuleFault(`'${stream}' is a measurement: give the stream of the rule a name of its own`, at)
  const named = streamsNamed(statements)
  if (named.has(commandStream) && !vocabulary.has(commandStream))
    throw new RuleFault(
      `commands to devices are not kept yet, so that no rule can look at '${commandStream}'`,
      named.get(commandStream),
    )
  const owned = streamsOwned(statements)
  return new Map([...vocabulary].filter(([name]) => !owned.has(name)))
}

function meaningOf({ name, body }: Statement): Meaning {
  if (name === 'clear' || name === 'raise') return name
  return body.kind === 'select' && body.insert === undefined ? 'raise' : 'derive'
}

/** A rule in words; one that cannot be read any more has its name. */
export function wordsOf(
  { name, definition, actions }: Pick<Rule, 'name' | 'definition' | 'actions'>,
  names: Names,
): Pick<Compiled, 'sentence' | 'epl'> {
  try {
    const said = saidBy(definition, names)
    return { sentence: sentenceOf(said, actions, names), epl: said.epl }
  } catch {
    return { sentence: name, epl: definition.kind === 'epl' ? definition.text : definition.template }
  }
}

function sentenceOf({ sentence }: Said, actions: Rule['actions'], names: Names): string {
  return `${sentence}, ${actions.map(action => actionIn(action, names)).join(' and ')}.`
}

function actionIn(action: Rule['actions'][number], names: Names): string {
  switch (action.kind) {
    case 'alert':
      return `alert *${action.severity}*`
    case 'event':
      return action.topic === undefined ? 'note an event' : `note an event as *${action.topic}*`
    case 'webhook':
      return `tell *${new URL(action.url).host}*`
    case 'store':
      return `store it as ${action.measurement} of *${names.device(action.device)}*`
  }
}
