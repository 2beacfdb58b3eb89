import { InvalidInput, type RuleDefinition } from '@ohmstead/model'
import { type Names, templates } from './templates/index.ts'

/** What a definition comes to. */
export interface Said {
  readonly epl: string
  readonly sentence: string
  readonly definition: RuleDefinition
  readonly memoryMs?: number
}

/** @throws InvalidInput for an unknown template or a wrong parameter */
export function saidBy(definition: RuleDefinition, names: Names): Said {
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
