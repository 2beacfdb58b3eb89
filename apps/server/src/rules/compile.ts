import { InvalidInput, type Rule, type RuleDefinition } from '@ohmstead/model'
import { Engine, type EventType, parse, type Rule as Running, type Statement, Types } from '@ohmstead/streams'
import { type Need, needsOf, reachOf } from './needs.ts'
import { type Names, templates } from './templates/index.ts'
import { declare, narrowed } from './vocabulary.ts'

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
}

/** `raise`: something holds; `clear`: it no longer does; `derive`: only for other statements. */
export type Meaning = 'raise' | 'clear' | 'derive'

export interface Surroundings {
  readonly zone: string
  readonly vocabulary: ReadonlyMap<string, EventType>
  readonly names: Names
}

/** What one rule may hold and do; beyond, it is stopped and the others go on. */
export const ruleLimits = { held: 500_000, workPerStep: 200_000, outputsPerSecond: 20_000 }

/**
 * Reads a rule and judges it: names, types and units.
 * @throws RuleFault with line, column and what was expected · Unsupported · InvalidInput for a template's parameters
 */
export function compileRule(rule: Pick<Rule, 'definition' | 'actions'>, around: Surroundings): Compiled {
  const said = saidBy(rule.definition, around.names)
  const statements = parse(said.epl)
  // Judged with every field there is, so that a name that is wrong is told from one that is not used.
  const judged = deploy(said.epl, around.zone, around.vocabulary.values())
  const needs = needsOf(statements, new Set(around.vocabulary.keys()))
  const types = new Map(
    needs.map(({ measurement, fields }) => [
      measurement,
      narrowed(around.vocabulary.get(measurement)!, fields),
    ]),
  )
  const meanings = new Map(statements.map(statement => [statement.text, meaningOf(statement)]))
  const reach = reachOf(statements)
  return {
    ...reach,
    ...(said.memoryMs !== undefined && { memoryMs: said.memoryMs, bounded: true }),
    epl: said.epl,
    sentence: `${said.sentence}, ${actionsOf(rule.actions)}.`,
    definition: said.definition,
    needs,
    types,
    meanings,
    units: unitsOf(judged.running),
  }
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

/** An engine that runs one rule and nothing else. @throws RuleFault · Unsupported */
export function deploy(
  epl: string,
  zone: string,
  types: Iterable<EventType>,
  start = 0,
): { engine: Engine; running: Running; types: ReadonlyMap<string, EventType> } {
  const engine = new Engine({ zone, start })
  const own = declare(engine, types)
  // Whatever goes wrong in a rule ends that rule, with its reason, and is thrown nowhere.
  engine.onStop(() => {})
  return { engine, running: engine.deploy(epl, { name: 'rule', limits: ruleLimits }), types: own }
}

interface Said {
  readonly epl: string
  readonly sentence: string
  readonly definition: RuleDefinition
  readonly memoryMs?: number
}

function saidBy(definition: RuleDefinition, names: Names): Said {
  if (definition.kind === 'epl')
    return {
      epl: definition.text,
      sentence: `Whenever the query \`${firstLine(definition.text)}\` gives a row`,
      definition,
    }
  const template = templates.find(({ name }) => name === definition.template)
  if (!template)
    throw new InvalidInput('definition.template', `expected ${templates.map(({ name }) => name).join(', ')}`)
  const parsed = template.parameters.safeParse(definition.parameters)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new InvalidInput(['definition.parameters', ...issue.path].map(String).join('.'), issue.message)
  }
  return {
    epl: template.epl(parsed.data),
    sentence: template.sentence(parsed.data, names),
    memoryMs: template.memoryMs(parsed.data),
    definition: { ...definition, parameters: parsed.data as Record<string, unknown> },
  }
}

function firstLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 80 ? `${line.slice(0, 79)}…` : line
}

function meaningOf({ name, body }: Statement): Meaning {
  if (name === 'clear' || name === 'raise') return name
  return body.kind === 'select' && body.insert === undefined ? 'raise' : 'derive'
}

function actionsOf(actions: Rule['actions']): string {
  return actions.map(wordsOf).join(' and ')
}

function wordsOf(action: Rule['actions'][number]): string {
  switch (action.kind) {
    case 'alert':
      return `alert *${action.severity}*`
    case 'event':
      return action.topic === undefined ? 'note an event' : `note an event as *${action.topic}*`
    case 'webhook':
      return `tell *${new URL(action.url).host}*`
  }
}
