import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { generated } from './generate.ts'

test('the types of the API are those that the server describes', async () => {
  const kept = readFileSync(new URL('../src/generated/api.ts', import.meta.url), 'utf8')
  expect(await generated(), 'run npm run generate --workspace packages/sdk').toBe(kept)
})
