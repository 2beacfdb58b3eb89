/**
 * `npm run bench [-- NAME …]`: runs the benchmarks, prints figures beside their targets and peers. With `--write` the
 * generated part of docs/benchmarks.md is replaced by them.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { ensurePackages } from '../../scripts/packages.ts'
import { http } from './http.ts'
import { idle } from './idle.ts'
import { ledger } from './ledger.ts'
import { lines } from './lines.ts'
import { mqtt } from './mqtt.ts'
import { hour } from './pages/hour.ts'
import { pages } from './pages/pages.ts'
import { zoom } from './pages/zoom.ts'
import { ranges } from './ranges.ts'
import { type Benchmark, type Figure, figureLine, figureTable } from './report.ts'
import { rules } from './rules.ts'
import { streams } from './streams.ts'

const all: readonly Benchmark[] = [mqtt, http, lines, ranges, ledger, streams, rules, idle, pages, zoom, hour]
const page = 'docs/benchmarks.md'

const names = process.argv.slice(2).filter(arg => !arg.startsWith('--'))
const unknown = names.find(name => !all.some(benchmark => benchmark.name === name))
if (unknown !== undefined) {
  console.error(`there is no benchmark '${unknown}'; there are ${all.map(({ name }) => name).join(', ')}`)
  process.exit(2)
}

ensurePackages({ benchmarks: true })
const sections: [Benchmark, Figure[]][] = []
for (const benchmark of all.filter(({ name }) => names.length === 0 || names.includes(name))) {
  console.log(`\n${benchmark.title}`)
  const figures = await benchmark.run(line => console.log(`  … ${line}`))
  for (const figure of figures) console.log(`  ${figureLine(figure)}`)
  sections.push([benchmark, figures])
}
if (process.argv.includes('--write')) write(sections)

function write(measured: readonly [Benchmark, Figure[]][]): void {
  const machine = `${cpus().length} cores (${cpus()[0].model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node.js ${process.versions.node}`
  let text = readFileSync(page, 'utf8')
  for (const [{ name, title }, figures] of measured) {
    const body = `## ${title}\n\nMeasured ${new Date().toISOString().slice(0, 10)} on ${machine}.\n\n${figureTable(figures)}`
    const section = new RegExp(`<!-- ${name} -->[^]*?<!-- /${name} -->`)
    text = text.replace(section, () => `<!-- ${name} -->\n${body}\n<!-- /${name} -->`)
  }
  writeFileSync(page, text)
}
