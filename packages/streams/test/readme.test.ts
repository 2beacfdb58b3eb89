import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Engine } from '../src/index.ts'

const page = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const [, example] = /```ts\n([\s\S]*?)```/.exec(page)!

test('the example of the page runs and says what stands beside it', () => {
  const said: unknown[] = []
  const code = example.replace(/^import .*$/gm, '')
  new Function('Engine', 'console', code)(Engine, { log: (row: object) => said.push({ ...row }) })
  expect(said).toEqual([{ device: 'oven', mean: 2400 }])
})
