import type { Saying } from '../../api/rules.ts'

/** Something that two versions say differently; null where one of them has nothing of the kind. */
export interface Difference {
  readonly name: string
  readonly before: string | null
  readonly after: string | null
}

/** What changed from one version to another, by parameter and by action. */
export function differences(before: Saying, after: Saying): Difference[] {
  const [was, is] = [factsOf(before), factsOf(after)]
  return [...new Set([...was.keys(), ...is.keys()])]
    .map(name => ({ name, before: was.get(name) ?? null, after: is.get(name) ?? null }))
    .filter(({ before, after }) => before !== after)
}

function factsOf({ definition, actions }: Saying): Map<string, string> {
  const facts = new Map<string, string>()
  if (definition.kind === 'epl') facts.set('epl', definition.text)
  else {
    facts.set('template', definition.template)
    for (const [name, value] of Object.entries(definition.parameters)) facts.set(name, textOf(value))
  }
  for (const { kind, ...rest } of actions) {
    // Of webhooks there may be several.
    const name = 'url' in rest ? `${kind} ${rest.url}` : kind
    facts.set(name, Object.values(rest).map(textOf).join(' ') || kind)
  }
  return facts
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(', ')
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)
}
