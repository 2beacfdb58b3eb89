import { globSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { settings } from '../apps/server/src/config/settings.ts'
import { known } from '../apps/server/src/http/problem.ts'
import { strayAdvice } from './reference/errors.ts'
import { generatedFiles } from './reference.ts'

let files: Record<string, string>
beforeAll(async () => {
  files = await generatedFiles()
}, 30_000)

test('every generated file says what the schemas and the code say', () => {
  for (const [path, text] of Object.entries(files)) expect(readFileSync(path, 'utf8'), path).toBe(text)
})

test('nothing is left of pages that are not generated any more', () => {
  const there = globSync('docs/reference/**/*.md').map(path => path.replaceAll('\\', '/'))
  expect(there.toSorted()).toEqual(
    Object.keys(files)
      .filter(path => path.endsWith('.md'))
      .toSorted(),
  )
})

describe('the reference is whole', () => {
  test('every setting is on its page', () => {
    for (const { env } of settings) expect(files['docs/reference/configuration.md']).toContain(env)
  })

  test('every code that the API answers with has a meaning and advice', () => {
    expect(strayAdvice()).toEqual([])
    for (const code of Object.keys(known))
      expect(files['docs/reference/errors.md']).toContain(`| \`${code}\` |`)
  })

  test('every route is on a page of the reference', async () => {
    const pages = Object.entries(files).filter(([path]) => path.includes('/rest/'))
    const shown = pages.flatMap(([, text]) => text.match(/^(GET|POST|PUT|PATCH|DELETE) \/\S+$/gm) ?? [])
    expect(shown).toContain('GET /api/sites/{site}/energy')
    expect(new Set(shown).size).toBe(shown.length)
    expect(shown.length).toBeGreaterThan(60)
  })

  test('every topic of the contract is in the AsyncAPI document', () => {
    const { channels, operations } = JSON.parse(files['docs/public/asyncapi.json']!)
    expect(channels.readings.address).toBe('sites/{site}/devices/{device}/readings')
    expect(Object.keys(channels)).toEqual(['readings', 'status', 'commands', 'results', 'slots', 'powiot'])
    for (const { channel } of Object.values<{ channel: { $ref: string } }>(operations))
      expect(channels).toHaveProperty(channel.$ref.split('/').at(-1)!)
  })
})
