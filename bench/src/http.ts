import { Platform, tempFolder } from '@ohmstead/testkit'
import { HttpLoad, type Outcome } from './httpLoad.ts'
import { type Benchmark, type Figure, quantile } from './report.ts'
import { makeSite } from './site.ts'

const homes = 50
const plugs = 15
/** A connection for each plug, as they would have. */
const lanes = homes * plugs
const site = 'urban'
const devices = Array.from(
  { length: homes * plugs },
  (_, at) => `home-${Math.floor(at / plugs)}-plug-${at % plugs}`,
)

/** Stepwise as published: 30 → 140 requests/s, then back to 70. */
const steps = [30, 50, 70, 100, 120, 140, 70]

/** PeerEnergyCloud's test plans 1 and 2 (paper, section 5.3), and the same beyond their saturation. */
export const http: Benchmark = {
  name: 'http',
  title: 'PeerEnergyCloud’s test plans: durable HTTP posts of one 192-byte reading, 50 homes × 15 plugs',
  async run(say) {
    using folder = tempFolder()
    await using platform = await Platform.start(folder.path)
    say(`making ${devices.length} devices`)
    const token = await makeSite(platform, site, devices)
    using load = await HttpLoad.open({ port: platform.httpPort, token, site, devices, connections: lanes })

    say('test plan 1: writes alone, 30 → 140 → 70 /s')
    const plan1 = await load.run(steps.map(writes => ({ writes, reads: 0, seconds: 3 })))
    say('test plan 2: 60 writes/s, reads 30 → 140 → 70 /s')
    const plan2 = await load.run(steps.map(reads => ({ writes: 60, reads, seconds: 3 })))
    say('8 000 writes/s beside 2 000 reads/s')
    const target = await load.run([
      { writes: 4000, reads: 1000, seconds: 4, warmUp: true },
      { writes: 8000, reads: 2000, seconds: 10 },
    ])
    say('writes to saturation')
    const saturated = await load.saturate(10)
    return [
      ...latencies('plan 1, writes', plan1.writes, 'published: saturated at 100–140 /s'),
      ...latencies('plan 2, writes', plan2.writes),
      ...latencies('plan 2, reads', plan2.reads, 'published: most below 100 ms'),
      ...latencies('8 000 writes/s', target.writes, undefined, 100),
      ...latencies('2 000 reads/s beside them', target.reads),
      {
        name: 'achieved under that load',
        value: target.rate,
        unit: 'writes/s',
        target: '≥ 8 000 /s',
        met: target.rate >= 8_000,
        note: 'all that were offered, the last answers a little after the last second',
      },
      { name: 'durable posts at saturation', value: saturated, unit: '/s', note: `${lanes} connections` },
    ]
  },
}

function latencies(name: string, { times, failed }: Outcome, note?: string, p99TargetMs?: number): Figure[] {
  if (times.length === 0) return []
  const p99 = quantile(times, 0.99)
  const held =
    p99TargetMs === undefined
      ? {}
      : { target: `p99 < ${p99TargetMs} ms, none failed`, met: p99 < p99TargetMs && failed === 0 }
  return [
    { name: `${name}: p50`, value: quantile(times, 0.5), unit: 'ms' },
    {
      name: `${name}: p99`,
      value: p99,
      unit: 'ms',
      ...held,
      note: [`${times.length} answered, ${failed} failed`, note].filter(Boolean).join('; '),
    },
  ]
}
