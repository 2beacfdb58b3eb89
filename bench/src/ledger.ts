import { Ledger } from '@ohmstead/ledger'
import { type DeviceId, type Series, type SiteId, systemClock } from '@ohmstead/model'
import { Batch, openDuckStore } from '@ohmstead/telemetry'
import { tempFolder } from '@ohmstead/testkit'
import { type Benchmark, quantile } from './report.ts'

const devices = ['mains', 'heat-pump', 'fridge', 'washer', 'desk']
const everyMs = 10_000
const from = Date.UTC(2025, 0, 1)
const to = Date.UTC(2026, 0, 1)
const site = 'house' as SiteId

/** A year of one house: five devices that report power every 10 s, from readings to slots, and then asked for. */
export const ledger: Benchmark = {
  name: 'ledger',
  title: 'Ledger: a house-year of 5 devices at 10 s; and the size of its readings',
  async run(say) {
    using folder = tempFolder()
    await using store = await openDuckStore({ dir: folder.path })
    const series = new Map<string, Series>()
    for (const device of devices) {
      const key = {
        site,
        device: device as DeviceId,
        measurement: 'electricalMeter',
        field: 'power',
        tags: {},
      }
      series.set(device, store.resolve(key, 'number'))
    }
    say('appending 15.8 M values')
    const begun = performance.now()
    const count = await append(store, [...series.values()])
    const appendRate = (count * 1000) / (performance.now() - begun)
    say('sorting them into partitions')
    const compaction = await timed(() => store.compact())
    const { bytes, values } = await store.status()

    await using books = await Ledger.open({
      file: `${folder.path}/ledger.db`,
      source: store,
      clock: systemClock,
      directory: {
        series: (_site, device) => [series.get(device)!],
        device: () => ({}),
        devices: () => devices,
        zone: () => 'Europe/Berlin',
      },
    })
    say('rebuilding')
    const rebuild = await timed(async () => {
      for (const device of devices) await books.rebuild(site, device, { from, to })
    })
    const asks: number[] = []
    for (let round = 0; round < 10; round++)
      asks.push(
        await timed(() =>
          books.energy({ site, zone: 'Europe/Berlin', from, to, by: 'day', group: 'device' }),
        ),
      )
    return [
      { name: 'values appended, durable', value: appendRate, unit: '/s' },
      { name: 'sorted into partitions', value: compaction / 1000, unit: 's' },
      {
        name: 'size after compaction',
        value: bytes / values,
        unit: 'bytes a value',
        target: '≤ 2.5',
        met: bytes / values <= 2.5,
      },
      {
        name: 'house-year rebuilt',
        value: rebuild / 1000,
        unit: 's',
        note: `${((values / rebuild) * 1000).toExponential(2)} readings/s`,
      },
      { name: 'that year asked by day and device', value: quantile(asks, 0.5), unit: 'ms' },
    ]
  },
}

/** Readings as a plug makes them: watts with one decimal, cycles and noise. */
async function append(
  store: Awaited<ReturnType<typeof openDuckStore>>,
  all: readonly Series[],
): Promise<number> {
  const step = 20_000
  const perSeries = (to - from) / everyMs
  for (let start = 0; start < perSeries; start += step) {
    const batch = new Batch(step * all.length)
    const end = Math.min(perSeries, start + step)
    for (let n = start; n < end; n++)
      for (const [at, one] of all.entries()) batch.add(one, from + n * everyMs, watts(at, n))
    await store.append(batch)
  }
  return perSeries * all.length
}

function watts(device: number, n: number): number {
  const on = Math.sin((n * (device + 1)) / 180) > 0
  return on ? Math.round(10 * (80 * (device + 1) + ((n * 7919) % 97) / 10)) / 10 : device / 2
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}
