/**
 * Everything that must hold: installs the servers that tests need, builds the dashboard, runs the three projects
 * one after another, and closes with one line of totals. `--faults` runs the long rounds of the fault kit alone.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensurePackages } from './packages.ts'

interface Totals {
  passed: number
  failed: number
  skipped: number
}

function run(args: string[], env: Record<string, string> = {}): Totals {
  const folder = mkdtempSync(join(tmpdir(), 'ohmstead-test-'))
  const report = join(folder, 'report.json')
  const { status } = spawnSync(
    'node_modules/.bin/vitest',
    ['run', ...args, '--reporter=default', '--reporter=json', `--outputFile=${report}`],
    { stdio: 'inherit', env: { ...process.env, ...env } },
  )
  const totals = read(report)
  rmSync(folder, { recursive: true, force: true })
  // A runner that fails without a failed test (a file that does not load, an unhandled error) has failed too.
  if (status !== 0 && totals.failed === 0) totals.failed = 1
  return totals
}

function read(report: string): Totals {
  try {
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'))
    return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests }
  } catch {
    return { passed: 0, failed: 0, skipped: 0 }
  }
}

ensurePackages()
const build = spawnSync(process.execPath, ['scripts/build.ts'], { stdio: 'inherit' })
const rounds = process.argv.includes('--faults')
  ? [run(['--project', 'servers', 'faults'], { OHMSTEAD_FAULT_ROUNDS: 'long' })]
  : ['unit', 'servers', 'pages'].map(project => run(['--project', project, '--passWithNoTests']))

const total = rounds.reduce(
  (sum, one) => ({
    passed: sum.passed + one.passed,
    failed: sum.failed + one.failed,
    skipped: sum.skipped + one.skipped,
  }),
  { passed: 0, failed: build.status === 0 ? 0 : 1, skipped: 0 },
)
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1
