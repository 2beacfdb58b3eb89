import { describe, expect, test } from 'vitest'
import {
  debsData,
  deployQuery,
  isAsExpected,
  loadEngine,
  near,
  outliersOf,
  predictionsOf,
  query1,
  query2,
  replay,
  slices,
} from './debs.ts'

const data = debsData()
/** The first hours; `npm run bench -- streams` checks the three days. */
const hours = 6

describe.skipIf(!data)('DEBS 2014 (skipped: ../shared/data/debs-format-stream is not there)', () => {
  test('query 1 predicts what is expected, for plugs and houses', () => {
    const { loads, expected } = data!
    const { engine, type } = loadEngine(loads.start)
    const got = predictionsOf(deployQuery(engine, query1(loads.start)))
    const until = loads.start + hours * 3_600_000
    replay(engine, type, loads, until)
    for (const slice of slices)
      for (const [what, { first_20 = [] }] of Object.entries(expected.query1[slice])) {
        const known = first_20.filter(([time]) => (time - slice) * 1000 <= until)
        const predicted = got.get(`${slice} ${what}`) ?? []
        const wrong = known.filter(
          ([time, watts], i) => predicted[i]?.[0] !== time || !near(predicted[i][1], watts),
        )
        expect([slice, what, wrong]).toEqual([slice, what, []])
      }
  })

  test('query 2 finds the outliers that are expected', () => {
    const { loads, expected } = data!
    const { engine, type } = loadEngine(loads.start)
    const got = outliersOf(deployQuery(engine, query2()))
    replay(engine, type, loads, loads.start + hours * 3_600_000)
    const checked = expected.query2['1h'].slice(0, hours)
    expect(checked.map(one => isAsExpected(got.get(`1h ${one.ts_stop}`), one))).toEqual(
      checked.map(() => true),
    )
  })
})
