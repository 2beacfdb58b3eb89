import { judgeCounter, type Verdict, verdicts } from '../../packages/ledger/src/counters.ts'
import { Drawing } from './svg.ts'

const minute = 60_000
const every = 5 * minute
const swappedAt = 330 * minute

/** What a display showed, kWh, every five minutes: two kilowatts that never stop, and what happens to displays. */
function display(at: number): number {
  const used = (at / 3_600_000) * 2
  if (at === 70 * minute || at === 75 * minute) return 0
  if (at < 180 * minute) return 5 + used
  if (at < swappedAt) return used - 6
  if (at < 480 * minute) return 8 + used - 11
  return 9.6 + used - 16
}

export interface Epochs {
  readonly samples: readonly { readonly at: number; readonly kWh: number; readonly transient: boolean }[]
  /** Where a verdict other than `continuous` was found. */
  readonly breaks: readonly { readonly from: number; readonly to: number; readonly verdict: Verdict }[]
}

/** The ledger's own judgement of that display. */
export function epochs(): Epochs {
  const times = Float64Array.from({ length: 121 }, (_, i) => i * every)
  const values = times.map(at => Math.round(display(at) * 1000) * 1000)
  const { steps, transient } = judgeCounter(
    { times, values },
    {
      rules: { ratedPowerW: 3000, counterModulusMilliWh: null },
      replacements: [{ at: swappedAt - minute, finalMilliWh: null, initialMilliWh: null }],
      midnights: null,
      edited: new Float64Array(),
    },
  )
  const breaks = Array.from({ length: steps.length }, (_, i) => ({
    from: steps.from[i]!,
    to: steps.to[i]!,
    verdict: verdicts[steps.verdict![i]!]!,
  })).filter(({ verdict }) => verdict !== 'continuous')
  const samples = Array.from(times, (at, i) => ({ at, kWh: values[i]! / 1e6, transient: transient[i] === 1 }))
  return { samples, breaks: joined(breaks) }
}

/** A replacement is two steps, before and after the moment that was declared. */
function joined(breaks: Epochs['breaks']): Epochs['breaks'] {
  return breaks.filter(
    (one, i) => i === 0 || breaks[i - 1]!.verdict !== one.verdict || breaks[i - 1]!.to !== one.from,
  )
}

const area = { left: 44, right: 700, top: 34, bottom: 218 }
const x = (at: number) => area.left + (at / (600 * minute)) * (area.right - area.left)
const y = (kWh: number) => area.bottom - (kWh / 14) * (area.bottom - area.top)

export function epochsPicture(): string {
  const { samples, breaks } = epochs()
  const drawing = new Drawing(
    720,
    250,
    'A counter over ten hours: a transient zero, a reset, a declared replacement and a lowered value make four epochs.',
  )
  const edges = [samples[0]!.at, ...breaks.map(({ to }) => to), samples.at(-1)!.at]
  edges.slice(0, -1).forEach((from, i) => {
    drawing.rect(
      x(from),
      area.top,
      x(edges[i + 1]!) - x(from),
      area.bottom - area.top,
      i % 2 === 0 ? 'band' : 'band other',
    )
    drawing.text((x(from) + x(edges[i + 1]!)) / 2, area.top - 18, `epoch ${i + 1}`, 'label strong', 'middle')
  })
  for (const kWh of [0, 5, 10]) {
    drawing.line(area.left, y(kWh), area.right, y(kWh), 'grid')
    drawing.text(area.left - 6, y(kWh) + 4, `${kWh}`, 'label', 'end')
  }
  drawing.text(area.left - 6, area.top - 18, 'kWh', 'label', 'end')
  for (let i = 0; i < edges.length - 1; i++) {
    const own = samples.filter(
      ({ at, transient }) => !transient && at >= edges[i]! && (at < edges[i + 1]! || i === edges.length - 2),
    )
    drawing.path(
      own.map(({ at, kWh }) => [x(at), y(kWh)]),
      'curve',
    )
  }
  for (const { at, kWh, transient } of samples) if (transient) drawing.dot(x(at), y(kWh), 'dot aside')
  const aside = samples.find(({ transient }) => transient)!
  drawing.text(x(aside.at) + 14, y(0) - 8, 'zeros set aside')
  breaks.forEach(({ to, verdict }) => {
    drawing.line(x(to), area.top, x(to), area.bottom, 'edge')
    drawing.text(x(to), area.top - 4, verdict, 'label', 'middle')
  })
  for (let hour = 0; hour <= 10; hour += 2)
    drawing.text(x(hour * 60 * minute), area.bottom + 18, `${hour} h`, 'label', 'middle')
  return drawing.toString()
}
