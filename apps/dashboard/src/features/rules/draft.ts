import { slug } from '@ohmstead/model'
import type { Action, Definition, RuleTemplate, Saying } from '../../api/rules.ts'
import { judgeable } from './actions.ts'
import { defaultsOf, type FormField, fieldsOf, missingOf, type Schema, sentOf } from './form/fields.ts'

/** A rule while it is written. */
export interface Draft {
  /** Null while nobody has typed one: the name then follows from what is filled in. */
  readonly name: string | null
  /** Null for a rule that never was a form. */
  readonly template: RuleTemplate | null
  readonly parameters: Readonly<Record<string, unknown>>
  /** EPL that somebody wrote; null while the form says what the rule is. */
  readonly text: string | null
  readonly actions: readonly Action[]
}

const firstText = "@name('raise') select device, power as value\n  from electricalMeter(power > 1000)"

/** @param template to fill in; null to write EPL */
export function newDraft(template: RuleTemplate | null): Draft {
  return {
    name: null,
    template,
    parameters: template === null ? {} : defaultsOf(templateFields(template)),
    text: template === null ? firstText : null,
    actions: [{ kind: 'alert', severity: 'medium' }],
  }
}

/** The draft of a rule that exists. A template that the server no longer has is shown as what it made. */
export function draftOf(
  { name, definition, actions, epl }: Saying & { name: string; epl: string },
  templates: readonly RuleTemplate[],
): Draft {
  const template =
    definition.kind === 'template' ? templates.find(one => one.name === definition.template) : undefined
  if (definition.kind === 'epl' || template === undefined)
    return {
      name,
      template: null,
      parameters: {},
      text: definition.kind === 'epl' ? definition.text : epl,
      actions,
    }
  return { name, template, parameters: definition.parameters, text: null, actions }
}

export const templateFields = ({ parameters }: RuleTemplate): FormField[] => fieldsOf(parameters as Schema)

/** What the draft says, or what has to be filled in before it says anything. */
export type Written =
  | { readonly definition: Definition; readonly missing: readonly [] }
  | { readonly definition: null; readonly missing: readonly string[] }

export function written({ template, parameters, text }: Draft): Written {
  if (text !== null)
    return text.trim() === ''
      ? { definition: null, missing: ['text'] }
      : { definition: { kind: 'epl', text }, missing: [] }
  const missing = missingOf(templateFields(template!), parameters)
  if (missing.length > 0) return { definition: null, missing }
  return {
    definition: { kind: 'template', template: template!.name, parameters: sentOf(parameters) },
    missing: [],
  }
}

/** What can be judged and tried of the draft; null while it says nothing. */
export function sayingOf(draft: Draft): Saying | null {
  const { definition } = written(draft)
  const actions = judgeable(draft.actions)
  return definition === null || actions.length === 0 ? null : { definition, actions }
}

/** Whether two rules say and do the same; the order of parameters does not count. */
export function isSameSaying(one: Saying, other: Saying): boolean {
  return sorted(one) === sorted(other)
}

function sorted({ definition, actions }: Saying): string {
  return JSON.stringify({ definition, actions }, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
}

/** The title of its template and the first of its devices. */
export function nameFor(title: string, { parameters }: Draft, nameOf: (device: string) => string): string {
  const { devices, device, freezer } = parameters
  const first = Array.isArray(devices) ? devices[0] : (device ?? freezer)
  return typeof first === 'string' ? `${title}: ${nameOf(first)}`.slice(0, 120) : title
}

/** An id made from the name that no other rule has. */
export function freeId(name: string, taken: readonly string[]): string {
  const id = slug(name)
  for (let next = 2; ; next++) {
    const tail = next === 2 ? '' : `-${next - 1}`
    const free = id.slice(0, 63 - tail.length) + tail
    if (!taken.includes(free)) return free
  }
}
