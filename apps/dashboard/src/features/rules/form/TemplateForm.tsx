import { useMessages } from '../../../i18n/context.tsx'
import { type Draft, templateFields } from '../draft.ts'
import { FieldGrid } from './FieldGrid.tsx'
import { numbersIn } from './fields.ts'
import { ParameterField } from './ParameterField.tsx'
import { fitted } from './suited.ts'
import type { Things } from './useThings.ts'

interface Props {
  readonly draft: Draft
  readonly things: Things
  /** Parameters that have to be filled in, once somebody wanted to go on without. */
  readonly missing: readonly string[]
  /** The server's reasons, by parameter. */
  readonly refused: Readonly<Record<string, string>>
  readonly onChange: (parameters: Draft['parameters']) => void
}

/** A template's parameters, to be filled in. */
export function TemplateForm({ draft, things, missing, refused, onChange }: Props) {
  const { rules: text } = useMessages()
  const { template, parameters } = draft
  if (template === null) return null
  const set = (name: string, value: unknown) => {
    const next = { ...parameters, [name]: value ?? '' }
    if (name !== 'measurement' || !('field' in next)) return onChange(fitted(name, next, things.heads))
    const fields = numbersIn(things.vocabulary, String(value))
    onChange(fields.includes(String(next.field)) ? next : { ...next, field: fields[0] ?? '' })
  }
  return (
    <FieldGrid>
      {templateFields(template).map(field => (
        <ParameterField
          key={field.name}
          field={field}
          parameters={parameters}
          things={things}
          error={missing.includes(field.name) ? text.needed : (refused[field.name] ?? null)}
          onChange={value => set(field.name, value)}
        />
      ))}
    </FieldGrid>
  )
}
