import { describe, expect, test } from 'vitest'
import { esperCases, faultOf } from './cases.ts'

const cases = esperCases()

/** Cases that do not pass, and why. */
const known: Record<string, string> = {}

describe.skipIf(!cases)('Esper cases (skipped: ../shared/data/esper-cases is not there)', () => {
  const counts = new Map<string, { pass: number; all: number }>()
  test.each((cases ?? []).map(one => [one.id, one] as const))('%s', (id, one) => {
    const fault = attempt(() => faultOf(one))
    const count = counts.get(one.section) ?? { pass: 0, all: 0 }
    counts.set(one.section, { pass: count.pass + (fault === undefined ? 1 : 0), all: count.all + 1 })
    if (id in known) expect(fault, `passes now: take it off the list`).toBeDefined()
    else expect(fault).toBeUndefined()
  })

  test('how many pass', () => {
    for (const [section, { pass, all }] of counts) console.log(`${section}: ${pass} of ${all}`)
    const passed = [...counts.values()].reduce((sum, { pass }) => sum + pass, 0)
    expect(passed).toBe((cases?.length ?? 0) - Object.keys(known).length)
  })
})

function attempt(run: () => string | undefined): string | undefined {
  try {
    return run()
  } catch (error) {
    return String(error)
  }
}
