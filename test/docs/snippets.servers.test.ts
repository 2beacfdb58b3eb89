import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Platform, tempFolder } from '@ohmstead/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '../../apps/server/src/config/load.ts'
import { readPage, reasons, type Snippet, useOf, writtenPages } from './snippets.ts'
import { type Outcome, PageStage } from './stage.ts'

const pages = writtenPages()
const runs = (snippet: Snippet) => ['run', 'refused', 'reading'].includes(useOf(snippet).kind)

const folder = tempFolder()
let server: Platform
beforeAll(async () => {
  server = await Platform.start(folder.path)
})
afterAll(async () => {
  await server?.kill()
  folder[Symbol.dispose]()
})

// One after another: each page finds the sites that it speaks of new.
test.for(pages.filter(({ snippets }) => snippets.some(runs)))(
  '$path: every block does what it shows',
  { timeout: 180_000 },
  async ({ stage, snippets }) => {
    await using platform = await PageStage.open(server, stage)
    let last: Outcome = { code: 0, out: '', err: '' }
    let asked = ''
    for (const snippet of snippets) {
      const where = `${snippet.page}:${snippet.line}`
      const use = useOf(snippet)
      if (use.kind === 'run' || use.kind === 'refused') {
        last = await (snippet.language === 'ts' ? platform.ts(snippet.text) : platform.sh(snippet.text))
        asked = snippet.text
        const told = `${where}\n${snippet.text}\n${last.out}${last.err}`
        if (use.kind === 'run') expect(last.code, told).toBe(0)
        else expect(last.code, told).not.toBe(0)
      } else if (use.kind === 'reading') {
        last = await platform.reading(stage.site, stage.device, snippet.text)
        expect(last.code, `${where}\n${last.out}`).toBe(0)
      } else if (use.kind === 'answer') {
        const answer = async () => JSON.parse(isQuestion(asked) ? (await platform.sh(asked)).out : last.out)
        const wanted = shape(JSON.parse(snippet.text))
        await expect.poll(answer, { timeout: 30_000, message: where }).toMatchObject(wanted)
      }
    }
  },
)

test.each(pages.map(page => [page.path, page] as const))(
  '%s: blocks that are not run can be read',
  (_path, { snippets }) => {
    for (const snippet of snippets) {
      const use = useOf(snippet)
      if (use.kind === 'parse') expect(() => JSON.parse(snippet.text), `line ${snippet.line}`).not.toThrow()
      if (use.kind === 'settings')
        expect(() => acceptable(snippet.text), `line ${snippet.line}`).not.toThrow()
    }
  },
)

test('most commands are run; the others say why not', () => {
  const commands = pages.flatMap(({ snippets }) =>
    snippets.filter(({ language }) => ['sh', 'ts'].includes(language)),
  )
  const counts: Record<string, number> = { run: commands.filter(runs).length }
  for (const snippet of commands) {
    const use = useOf(snippet)
    if (use.kind === 'not run') counts[use.reason] = (counts[use.reason] ?? 0) + 1
  }
  console.log('blocks of the docs', counts)
  expect(
    Object.keys(counts)
      .filter(name => name !== 'run')
      .every(name => (reasons as readonly string[]).includes(name)),
  ).toBe(true)
  expect(counts.run! / commands.length).toBeGreaterThan(0.6)
})

test('a block with words that mean nothing is found', () => {
  const { snippets } = readPage('page.md', '```sh sometimes\ntrue\n```\n')
  expect(() => useOf(snippets[0]!)).toThrow(/page\.md:1.*sometimes/)
})

/** Asked again, a question is answered from what was computed meanwhile: energy follows its readings within seconds. */
const isQuestion = (text: string) => text.startsWith('curl') && !/ -d | --data|-X|mosquitto/.test(text)

/** `…` stands for any text. */
function shape(value: unknown): object {
  return place(value) as object
}

function place(value: unknown): unknown {
  if (value === '…') return expect.any(String)
  if (typeof value === 'string' && value.includes('…'))
    return expect.stringMatching(new RegExp(`^${value.split('…').map(literally).join('.*')}$`, 's'))
  if (Array.isArray(value)) return value.map(place)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, place(one)]))
}

const literally = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

/** @throws InvalidInput */
function acceptable(yaml: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'ohmstead-settings-'))
  try {
    writeFileSync(join(folder, 'ohmstead.yaml'), yaml)
    loadConfig({ file: join(folder, 'ohmstead.yaml'), fileRequired: true, env: {}, flags: {} })
  } finally {
    rmSync(folder, { recursive: true })
  }
}
