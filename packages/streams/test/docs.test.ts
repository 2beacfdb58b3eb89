import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { aggregateNames, functionNames, windowNames } from '../src/index.ts'
import { esperCases } from './cases.ts'
import { known } from './known.ts'
import { energy, engineOf } from './started.ts'

const page = readFileSync(new URL('../../../docs/concepts/streams.md', import.meta.url), 'utf8')

describe('the page about continuous queries', () => {
  test.each([...page.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, epl]) => epl))('runs: %s', epl => {
    expect(engineOf(energy).deploy(epl).statements.length).toBeGreaterThan(0)
  })

  test.each([
    ['windows', windowNames],
    ['aggregates', aggregateNames],
    ['functions', functionNames],
  ])('names all %s', (_, names) => {
    expect(names.filter(name => !page.includes(`\`${name}\``) && !page.includes(`\`${name}(`))).toEqual([])
  })

  test.skipIf(!esperCases())('counts the cases that pass', () => {
    const counts = new Map<string, [number, number]>()
    for (const { id, section } of esperCases() ?? []) {
      const [all, pass] = counts.get(section) ?? [0, 0]
      counts.set(section, [all + 1, pass + (id in known ? 0 : 1)])
    }
    for (const [section, [all, pass]] of counts) expect(page).toContain(`| ${section} | ${all} | ${pass} |`)
  })
})
