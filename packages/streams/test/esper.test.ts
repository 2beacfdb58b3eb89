import { describe, expect, test } from 'vitest'
import { esperCases, faultOf } from './cases.ts'
import { known } from './known.ts'

const cases = esperCases()

describe.skipIf(!cases)('Esper cases (skipped: ../shared/data/esper-cases is not there)', () => {
  const all = cases ?? []

  test.each(all.map(one => [one.id, one] as const))('%s', (id, one) => {
    const fault = attempt(() => faultOf(one))
    if (id in known) expect(fault, 'passes now: take it off the list').toBeDefined()
    else expect(fault).toBeUndefined()
  })
})

function attempt(run: () => string | undefined): string | undefined {
  try {
    return run()
  } catch (error) {
    return String(error)
  }
}
