import type { Compiled } from '../../../api/rules.ts'
import type { SeriesKey } from '../../../api/seriesKey.ts'
import { maxSeries } from '../../../ui/chart/dashes.ts'
import type { TimeSpan } from '../../../ui/chart/spans.ts'
import type { Head } from '../form/suited.ts'
import { heldOf, type Trial } from './trial.ts'

type Needs = Compiled['needs']

/**
 * The series of numbers that a rule looks at, as many as a picture holds: what was spoken of first.
 * @param spokenOf devices in the order in which they were said
 */
export function seriesOf(
  needs: Needs,
  heads: readonly (Head & { readonly tags: Readonly<Record<string, string>> })[],
  spokenOf: readonly string[],
): { readonly keys: readonly SeriesKey[]; readonly all: number } {
  const looked = heads.filter(
    ({ device, measurement, field, value }) =>
      typeof value !== 'string' &&
      needs.some(
        need =>
          need.measurement === measurement &&
          (need.devices?.includes(device) ?? true) &&
          (need.fields?.includes(field) ?? true),
      ),
  )
  const rank = new Map(spokenOf.map((device, at) => [device, at]))
  const rankOf = ({ device }: Head) => rank.get(device) ?? spokenOf.length
  const keys = looked
    .toSorted((a, b) => rankOf(a) - rankOf(b))
    .slice(0, maxSeries)
    .map(({ device, measurement, field, tags }) => ({ device, measurement, field, tags }))
  return { keys, all: looked.length }
}

/** When each of the rules would have held, and the moments of its events. */
export function spansOf({ from, to, lanes }: Trial): TimeSpan[] {
  return lanes.flatMap((one, at) => {
    const { said, done, through } = one
    const lane = at === 0 ? 0 : 1
    const end = done === null ? through : to
    return [
      ...heldOf(one).map(held => ({ from: held.from ?? from, to: held.to ?? end, lane }) as const),
      ...said
        .filter(({ kind }) => kind === 'event')
        .map(({ time }) => ({ from: time, to: time, lane }) as const),
    ]
  })
}

/** Devices that were spoken of, in the order in which they first were. */
export function devicesSaid({ lanes }: Trial): string[] {
  const devices = lanes.flatMap(({ said }) => said.map(({ device }) => device))
  return [...new Set(devices.filter(device => device !== null))]
}
