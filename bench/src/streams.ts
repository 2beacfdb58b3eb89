import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Engine, Event, Types } from '@ohmstead/streams'
import {
  debsData,
  deployQuery,
  isAsExpected,
  type Loads,
  loadEngine,
  near,
  outliersOf,
  outlierWindows,
  predictionsOf,
  query1,
  query2,
  replay,
  slices,
} from '../../packages/streams/test/debs.ts'
import { type Benchmark, type Figure, quantile, shown } from './report.ts'

/** The DEBS 2014 queries over real readings of three days, and many simple rules. */
export const streams: Benchmark = {
  name: 'streams',
  title: 'Continuous queries: the DEBS 2014 queries over three days of 12 plugs; 1000 threshold rules',
  async run(say) {
    const data = debsData()
    if (!data) {
      say('skipped the DEBS queries: ../shared/data/debs-format-stream is not there')
      return [thresholds()]
    }
    const { loads, expected } = data
    say('query 1')
    const first = predict(loads, expected.query1)
    say('query 2')
    const second = findOutliers(loads, expected.query2)
    say('latencies')
    const latency = latencies(loads)
    say('memory')
    const memory = [1, 10, 100].map(times => memoryOf(loads, times))
    say('1000 rules')
    return [...first, ...second, ...latency, ...memory, thresholds()]
  },
}

type Data = NonNullable<ReturnType<typeof debsData>>

function predict(loads: Loads, expected: Data['expected']['query1']): Figure[] {
  const { engine, type } = loadEngine(loads.start)
  const got = predictionsOf(deployQuery(engine, query1(loads.start)))
  const rate = rateOf(() => replay(engine, type, loads))
  const series = slices.flatMap(slice =>
    Object.entries(expected[slice]).map(([what, one]) => ({ one, got: got.get(`${slice} ${what}`) ?? [] })),
  )
  const right = series.filter(
    ({ one, got }) =>
      got.length === one.outputs &&
      Math.abs(got.reduce((sum, [, watts]) => sum + watts, 0) - one.sum_of_predictions) < 0.01 &&
      (one.first_20 ?? []).every(([time, watts], i) => got[i][0] === time && near(got[i][1], watts)),
  )
  return [
    throughput('query 1, load prediction', rate, 300_000, 'published: 300 000–400 000 /s on one machine'),
    exactness('query 1: series as expected', right.length, series.length),
  ]
}

function findOutliers(loads: Loads, expected: Data['expected']['query2']): Figure[] {
  const { engine, type } = loadEngine(loads.start)
  const got = outliersOf(deployQuery(engine, query2()))
  const rate = rateOf(() => replay(engine, type, loads))
  const windows = Object.keys(outlierWindows).flatMap(window =>
    expected[window].map(one => isAsExpected(got.get(`${window} ${one.ts_stop}`), one)),
  )
  return [
    throughput('query 2, outliers', rate, 100_000),
    exactness('query 2: windows as expected', windows.filter(Boolean).length, windows.length),
  ]
}

const exactness = (name: string, right: number, all: number): Figure => ({
  name,
  value: right,
  unit: `of ${all}`,
  target: String(all),
  met: right === all,
})

interface Rate {
  /** Events per second of processor time, that of all threads: what one core does. */
  readonly perCore: number
  /** Events per second of the clock on the wall. */
  readonly perSecond: number
}

/** @param work returns how many events it took */
function rateOf(work: () => number): Rate {
  const begun = performance.now()
  const before = process.cpuUsage()
  const count = work()
  const { user, system } = process.cpuUsage(before)
  return { perCore: (count * 1e6) / (user + system), perSecond: (count * 1000) / (performance.now() - begun) }
}

const throughput = (name: string, { perCore, perSecond }: Rate, least: number, note?: string): Figure => ({
  name,
  value: perCore,
  unit: 'events/s on a core',
  target: `≥ ${shown(least)} /s`,
  met: perCore >= least,
  note: [`${shown(perSecond)} /s by the clock on the wall`, ...(note ? [note] : [])].join('; '),
})

/** What one event takes, with all it causes, through query 1. */
function latencies(loads: Loads): Figure[] {
  const { engine, type } = loadEngine(loads.start)
  deployQuery(engine, query1(loads.start))
  const { time, watts, plug, household, house } = loads
  const taken = new Float64Array(time.length)
  for (let i = 0; i < time.length; i++) {
    const begun = performance.now()
    if (time[i] > engine.now) engine.advanceThrough(time[i])
    engine.sendEvent(new Event(type, [watts[i], plug[i], household[i], house[i]]))
    taken[i] = performance.now() - begun
  }
  const all = [...taken]
  return [0.5, 0.99, 0.9999].map(q => ({
    name: `query 1, one event: p${q * 100}`,
    value: quantile(all, q) * 1000,
    unit: 'µs',
  }))
}

/** What query 1 holds after two hours, with every plug there several times. */
function memoryOf(loads: Loads, times: number): Figure {
  const { engine, type } = loadEngine(loads.start)
  deployQuery(engine, query1(loads.start))
  const { time, watts, plug, household, house } = loads
  const until = loads.start + 7_200_000
  collectGarbage()
  const before = process.memoryUsage().heapUsed
  const plugs = new Set<string>()
  for (let i = 0; i < time.length && time[i] < until; i++) {
    if (time[i] > engine.now) engine.advanceThrough(time[i])
    // Every tenth reading keeps a minute's slice of each plug alive.
    for (let n = 0; n < times && (times === 1 || i % 10 === 0); n++) {
      engine.sendEvent(new Event(type, [watts[i], plug[i], household[i], house[i] + 1000 * n]))
      if (n === 0) plugs.add(`${house[i]}/${household[i]}/${plug[i]}`)
    }
  }
  engine.advanceThrough(until)
  collectGarbage()
  const held = process.memoryUsage().heapUsed - before
  // Asked of it afterwards, so that it is not garbage before.
  if (engine.now !== until) throw new Error('the clock stands elsewhere')
  return {
    name: `query 1, held after two hours with ${plugs.size * times} plugs`,
    value: held / (plugs.size * times) / 1024,
    unit: 'KiB a plug',
    note: `${Math.round(held / 2 ** 20)} MiB`,
  }
}

function collectGarbage(): void {
  setFlagsFromString('--expose_gc')
  runInNewContext('gc')()
}

/** 1000 rules of the simplest kind over 50 devices; each event passes one in twenty of its device's rules. */
function thresholds(): Figure {
  const engine = new Engine()
  const type = engine.stream('Power', [
    { name: 'device', type: Types.string },
    { name: 'watts', type: Types.number },
  ])
  let fired = 0
  for (let i = 0; i < 1000; i++) {
    const rule = engine.deploy(
      `select device, watts from Power(device = 'd${i % 50}', watts > ${Math.floor(i / 50) * 100})`,
    )
    rule.onRows(({ insert }) => {
      fired += insert.length
    })
  }
  const count = 500_000
  const rate = rateOf(() => {
    for (let i = 0; i < count; i++) engine.sendEvent(new Event(type, [`d${i % 50}`, (i * 7919) % 110]))
    return count
  })
  return throughput('1000 threshold rules', rate, 50_000, `${fired} rows said for ${count} events`)
}
