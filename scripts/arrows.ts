/**
 * The arrows of DESIGN.md section 5, checked: which package may see which, one public door each, nothing imports an
 * app, and the manifest agrees with the code. Cycles between files are Biome's `noImportCycles`.
 */
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative, sep } from 'node:path'

const sees: Record<string, readonly string[]> = {
  'packages/model': [],
  'packages/telemetry': ['model'],
  'packages/ledger': ['model'],
  'packages/registry': ['model'],
  'packages/bus': ['model'],
  'packages/dialects': ['model'],
  'packages/streams': ['model'],
  'packages/sdk': ['model'],
  'packages/testkit': ['model', 'telemetry', 'ledger', 'registry', 'bus'],
  'apps/server': ['model', 'telemetry', 'ledger', 'registry', 'bus', 'dialects', 'streams'],
  'apps/dashboard': ['model', 'sdk'],
}
/** Doors beside the main one: `@ohmstead/telemetry/conformance`. */
const sideDoor = /^(conformance|memory|mqtt)$/
/** Tests may also use these. */
const forTests = ['testkit', 'sdk']

const importing = /(?:from\s+|import\s*\(\s*|import\s+)'([^']+)'/g

export function faultsOf(file: string, source: string): string[] {
  const home = Object.keys(sees).find(folder => file.startsWith(`${folder}/`))
  if (home === undefined) return []
  const isTest = /\.test\.tsx?$|\/tests?\/|conformance|\/fixture\.ts$/.test(file)
  return [...source.matchAll(importing)].flatMap(([, target]) => {
    const fault = target.startsWith('.') ? reach(file, home, target) : arrow(home, target, isTest)
    return fault === undefined ? [] : [`${file}: '${target}' ${fault}`]
  })
}

function reach(file: string, home: string, target: string): string | undefined {
  const at = relative('.', normalize(join(dirname(file), target)))
    .split(sep)
    .join('/')
  if (!at.startsWith(`${home}/`)) return 'reaches out of its own package'
}

function arrow(home: string, target: string, isTest: boolean): string | undefined {
  const [, name, door] = /^@ohmstead\/([^/]+)(?:\/(.+))?$/.exec(target) ?? []
  if (name === undefined) return
  if (name === 'server' || name === 'dashboard') return 'imports an app'
  if (door !== undefined && !sideDoor.test(door)) return 'goes past the public door'
  if (!sees[home].includes(name) && !(isTest && forTests.includes(name)))
    return `is not among what ${home} sees`
}

function manifestFaults(home: string): string[] {
  const { dependencies = {} } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>
  }
  return Object.keys(dependencies)
    .filter(name => name.startsWith('@ohmstead/') && !sees[home].includes(name.slice('@ohmstead/'.length)))
    .map(name => `${home}/package.json: depends on ${name}, which it does not see`)
}

if (import.meta.main) {
  const files = globSync('{packages,apps}/*/{src,test,tests}/**/*.{ts,tsx}')
  const faults = [
    ...files.flatMap(file => faultsOf(file.split(sep).join('/'), readFileSync(file, 'utf8'))),
    ...Object.keys(sees).flatMap(manifestFaults),
  ]
  for (const fault of faults) console.error(fault)
  console.log(`${files.length} files, ${faults.length} arrows against the design`)
  process.exitCode = faults.length === 0 ? 0 : 1
}
