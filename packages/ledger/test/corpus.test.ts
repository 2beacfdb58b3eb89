import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { slotMs } from '@ohmstead/model'
import { describe, expect, test } from 'vitest'
import { type Corpus, type ExpectedSlots, parseCorpus, type Step } from './corpusFile.ts'
import { memoryLedger } from './memory.ts'

const folder = join(import.meta.dirname, 'corpus')
const files = readdirSync(folder).filter(name => name.endsWith('.txt') && name !== 'README.txt')
const dayMs = 86_400_000

describe('readings become slots', () => {
  test('there are cases', () => expect(files.length).toBeGreaterThan(20))

  for (const file of files) {
    const corpus = parseCorpus(readFileSync(join(folder, file), 'utf8'))
    test(`${file}: ${corpus.title}`, () => run(corpus))
  }
})

async function run(corpus: Corpus): Promise<void> {
  const times = corpus.steps.flatMap(timesOf)
  const from = Math.floor(Math.min(...times) / dayMs) * dayMs - dayMs
  const to = Math.ceil(Math.max(...times) / dayMs) * dayMs + dayMs
  await using all = await memoryLedger(to)
  const { ratedPowerW, counterModulusWh } = corpus
  all.directory.timezone = corpus.zone
  all.directory.add('meter', { ratedPowerW, counterModulusWh })
  for (const step of corpus.steps) {
    if (step.kind === 'readings') await all.store(seriesOf(step, all.directory), step.rows)
    else if (step.kind === 'edit')
      await all.ledger.apply({ site: 'home', device: 'meter', body: step.body }, 'someone')
    else if (step.kind === 'undo')
      await all.ledger.undo('home', all.ledger.edits('home').findLast(edit => !edit.undone)!.id, 'someone')
    else await check(step, all.ledger, { from, to })
  }
}

function seriesOf(
  step: Extract<Step, { kind: 'readings' }>,
  directory: Awaited<ReturnType<typeof memoryLedger>>['directory'],
) {
  const [first, second] = step.field.split('.')
  return second
    ? directory.seriesOf('meter', second, step.tags, first)
    : directory.seriesOf('meter', first!, step.tags)
}

function timesOf(step: Step): number[] {
  if (step.kind === 'readings') return step.isAhead ? [] : step.rows.map(([time]) => time)
  if (step.kind === 'slots' || step.kind === 'sums') return step.rows.flatMap(row => [row.from, row.to])
  return []
}

type Ledger = Awaited<ReturnType<typeof memoryLedger>>['ledger']

async function check(
  step: Extract<Step, { kind: 'slots' | 'sums' }>,
  ledger: Ledger,
  range: { from: number; to: number },
) {
  const slots = await ledger.slots('home', 'meter', range)
  if (step.kind === 'sums') {
    for (const row of step.rows) {
      const inside = slots.filter(slot => slot.start >= row.from && slot.start < row.to)
      const sum = (key: 'importMilliWh' | 'exportMilliWh') =>
        inside.every(slot => slot[key] === null)
          ? null
          : inside.reduce((total, slot) => total + (slot[key] ?? 0), 0) / 1000
      if (row.importWh !== undefined)
        expect(sum('importMilliWh'), `line ${row.line}: import`).toBe(row.importWh)
      if (row.exportWh !== undefined)
        expect(sum('exportMilliWh'), `line ${row.line}: export`).toBe(row.exportWh)
    }
    return
  }
  for (const slot of slots) {
    const row =
      step.rows.find(one => slot.start >= one.from && slot.start < one.to) ?? unknown(slot.start, step.line)
    const at = `line ${row.line}, ${new Date(slot.start).toISOString()}`
    const wh = (milliWh: number | null) => (milliWh === null ? null : milliWh / 1000)
    if (row.importWh !== undefined) expect(wh(slot.importMilliWh), `${at}: import`).toBe(row.importWh)
    if (row.exportWh !== undefined) expect(wh(slot.exportMilliWh), `${at}: export`).toBe(row.exportWh)
    if (row.coverage !== undefined) expect(slot.coverage, `${at}: coverage`).toBeCloseTo(row.coverage, 2)
    if (row.quality !== undefined) expect(slot.quality, `${at}: quality`).toBe(row.quality)
    if (row.source !== undefined) expect(slot.source, `${at}: source`).toBe(row.source)
  }
}

/** A slot that the table does not name is missing. */
function unknown(start: number, line: number): ExpectedSlots {
  return {
    line,
    from: start,
    to: start + slotMs,
    importWh: null,
    exportWh: null,
    coverage: 0,
    quality: 'missing',
    source: 'none',
  }
}
