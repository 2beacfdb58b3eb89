import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { configurationPage, measurementsPage } from './reference.ts'

test.each([
  ['configuration', configurationPage],
  ['measurements', measurementsPage],
])('docs/reference/%s.md is what the schemas say', (name, page) => {
  expect(readFileSync(`docs/reference/${name}.md`, 'utf8')).toBe(page())
})
