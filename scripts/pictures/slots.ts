import { Ledger, type ReadingSource } from '@ohmstead/ledger'
import {
  type DeviceId,
  type Instant,
  type Quality,
  type Series,
  type SiteId,
  slotMs,
  systemClock,
} from '@ohmstead/model'
import { Drawing } from './svg.ts'

const noon = Date.parse('2026-01-15T12:00:00Z')
const range = { from: noon, to: noon + 12 * slotMs }
const silentFrom = noon + 50 * 60_000
const silentTo = noon + 110 * 60_000

/** W of a kitchen: something always runs, and a kettle now and then. */
function watts(at: Instant): number {
  const minute = (at - noon) / 60_000
  return 240 + 120 * Math.sin(minute / 18) + (minute % 40 > 33 ? 900 : 0)
}

export interface SlotRow {
  readonly energyWh: number | null
  readonly quality: Quality
  readonly coverage: number
}

/** The same use seen by a counter and by power alone; for an hour nothing is heard. */
export async function slots(): Promise<{ heard: Instant[]; counter: SlotRow[]; power: SlotRow[] }> {
  const heard: Instant[] = []
  const counts: number[] = []
  const powers: number[] = []
  let wh = 52_310
  for (let at = noon; at <= range.to; at += 60_000) {
    wh += watts(at) / 60
    if (at > silentFrom && at < silentTo) continue
    heard.push(at)
    counts.push(wh)
    powers.push(watts(at))
  }
  const counter = await slotsOf('energyImport', heard, counts)
  return { heard, counter, power: await slotsOf('power', heard, powers) }
}

/** What the ledger makes of one series. */
async function slotsOf(
  field: string,
  times: readonly Instant[],
  values: readonly number[],
): Promise<SlotRow[]> {
  const [site, device] = ['home' as SiteId, 'kitchen' as DeviceId]
  const series: Series = {
    id: 1,
    site,
    device,
    measurement: 'electricalMeter',
    field,
    tags: {},
    type: 'number',
  }
  await using ledger = await Ledger.open({
    file: ':memory:',
    source: pointsOf(times, values),
    directory: {
      series: () => [series],
      device: () => ({}),
      devices: () => [device],
      zone: () => 'UTC',
    },
    clock: systemClock,
    gatherMs: 0,
  })
  ledger.touch(site, device, times[0]!, times.at(-1)! + 1)
  await ledger.settled({ site, device })
  const found = await ledger.slots(site, device, range)
  return found.map(({ importMilliWh, quality, coverage }) => ({
    energyWh: importMilliWh === null ? null : importMilliWh / 1000,
    quality,
    coverage,
  }))
}

function pointsOf(times: readonly Instant[], values: readonly number[]): ReadingSource {
  const firstFrom = (at: Instant) => {
    const index = times.findIndex(time => time >= at)
    return index < 0 ? times.length : index
  }
  return {
    async window(_series, { from, to }, { before, after }) {
      const [begin, end] = [Math.max(0, firstFrom(from) - before), firstFrom(to) + after]
      return {
        times: Float64Array.from(times.slice(begin, end)),
        values: Float64Array.from(values.slice(begin, end)),
      }
    },
  }
}

const left = 44
const width = 54.6
const tall = 62
const looks: Partial<Record<Quality, string>> = { measured: 'bar', interpolated: 'bar hatched' }

export async function slotsPicture(): Promise<string> {
  const { heard, counter, power } = await slots()
  const drawing = new Drawing(
    720,
    268,
    'Twelve slots of a meter that was silent for an hour: its counter gives interpolated slots, its power alone leaves them missing.',
  )
  const most = Math.max(...[...counter, ...power].map(({ energyWh }) => energyWh ?? 0))
  drawing.text(left, 16, 'readings', 'label strong')
  for (const at of heard) {
    const x = left + ((at - noon) / slotMs) * width
    drawing.line(x, 24, x, 34, 'tick')
  }
  drawing.text(
    left + (((silentFrom + silentTo) / 2 - noon) / slotMs) * width,
    33,
    'silent',
    'label',
    'middle',
  )
  barRow(
    drawing,
    132,
    'slots from a counter: the sum over the gap is exact, its spread is not',
    counter,
    most,
  )
  barRow(drawing, 236, 'slots from power alone: what nobody saw is not known', power, most)
  for (let k = 0; k <= 12; k += 4) {
    const hour = String(12 + k / 4)
    drawing.text(left + k * width, 258, `${hour}:00`, 'label', 'middle')
  }
  return drawing.toString()
}

function barRow(drawing: Drawing, base: number, title: string, row: readonly SlotRow[], most: number): void {
  drawing.text(left, base - tall - 12, title, 'label strong')
  drawing.line(left, base, left + row.length * width, base, 'axis')
  row.forEach(({ energyWh, quality, coverage }, k) => {
    const x = left + k * width + 4
    if (energyWh === null) {
      drawing.rect(x, base - tall + 18, width - 8, tall - 18, 'hole')
      drawing.text(x + (width - 8) / 2, base - 16, '–', 'label', 'middle')
      return
    }
    const height = (energyWh / most) * (tall - 14)
    drawing.rect(x, base - height, width - 8, height, looks[quality] ?? 'bar')
    drawing.text(
      x + (width - 8) / 2,
      base - height - 4,
      coverage < 0.995 ? `${Math.round(coverage * 100)} %` : `${Math.round(energyWh)}`,
      'label small',
      'middle',
    )
  })
}
