import { allUnits, type UnitInfo } from '@ohmstead/model'
import { code, generated, table } from './markdown.ts'

export function unitsPage(): string {
  const sections = [...Map.groupBy(allUnits(), unit => unit.dimension)].map(([dimension, members]) => {
    const base = members.find(({ factor, offset }) => factor === 1 && offset === 0)
    const rows = members.map(unit => [code(unit.code), unit.symbol, inBase(unit, base?.symbol ?? '')])
    return `## ${dimension.replaceAll('-', ' ')}\n\n${table(['code (UCUM)', 'symbol', '1 is'], rows)}`
  })
  return `# Units

${generated} Units are UCUM codes; those of one section convert into each other. \`import --field NAME=COLUMN:UNIT\` takes codes and
symbols. UCUM knows no currencies: \`{currency}\` is the site's.

${sections.join('\n\n')}
`
}

function inBase({ factor, offset }: UnitInfo, base: string): string {
  const rounded = Number(factor.toPrecision(9))
  if (offset === 0) return `${rounded} ${base}`.trim()
  return `value × ${rounded} ${offset < 0 ? '−' : '+'} ${Math.abs(offset)} ${base}`
}
