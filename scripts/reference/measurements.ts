import { catalogue, type EnergyRole, type FieldInfo } from '@ohmstead/model'
import { code, generated, table } from './markdown.ts'

export function measurementsPage(): string {
  const sections = Object.values(catalogue).map(({ name, description, fields }) => {
    const rows = Object.entries(fields).map(([field, info]) => rowOf(field, info))
    return `## ${name}\n\n${description}\n\n${table(['field', 'unit (UCUM)', 'type', 'plausible', 'aggregates', 'energy', ''], rows)}`
  })
  return `# Measurements

${generated} Measurements and fields that are not here are stored as they come. What is outside of the plausible range is refused.
How a field *aggregates* says what becomes of its values when several are put into one; *energy* says what the
[ledger](../concepts/ledger) makes of it. [Units](./units) lists the unit codes.

${sections.join('\n\n')}
`
}

function rowOf(
  field: string,
  { unit, type, min, max, aggregates, energy, description }: FieldInfo,
): string[] {
  const range = min === undefined && max === undefined ? '' : `${min ?? ''} … ${max ?? ''}`
  return [code(field), code(unit), type, range, aggregates, energy ? roleOf(energy) : '', description]
}

function roleOf({ kind, direction, intervalMs, resets }: EnergyRole): string {
  const of = direction === 'both' ? 'import +, export −' : direction
  const every = intervalMs === undefined ? '' : `, ${intervalMs / 60_000} min`
  return `${kind}: ${of}${every}${resets ? `, restarts at ${resets}` : ''}`
}
