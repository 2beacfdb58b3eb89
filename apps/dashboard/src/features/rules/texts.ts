import type { RuleTemplate } from '../../api/rules.ts'
import type { Messages } from '../../i18n/en.ts'

/** The catalogue's words for a template; the server's own for one that it does not know. */
export function templateText(
  { rules }: Pick<Messages, 'rules'>,
  { name, title, description }: Pick<RuleTemplate, 'name' | 'title' | 'description'>,
): { title: string; description: string } {
  return own(rules.templates, name) ?? { title, description }
}

/** The label of a template's parameter. @param description the server's own words */
export function parameterText({ rules }: Pick<Messages, 'rules'>, name: string, description: string): string {
  return own(rules.parameters, name) ?? description
}

/** What an enumeration's value is called. */
export const choiceText = ({ rules }: Pick<Messages, 'rules'>, value: string): string =>
  own(rules.choices, value) ?? value

function own<Value>(texts: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(texts, name) ? texts[name] : undefined
}
