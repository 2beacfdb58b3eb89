import type { EnergyAnswer, EnergyBucket, EnergyQuery, Ledger } from '@ohmstead/ledger'
import { type Bucket, calendarBuckets, isoLocal, slotMs } from '@ohmstead/model'
import { QueryTooLarge } from '@ohmstead/telemetry'
import { requireFewBuckets } from '../time.ts'

/** Slots of all meters that are looked at in one go: some ten milliseconds, in which nothing else runs. */
const slotsPerTurn = 3_000_000
/** Slots that one bucket may be made of; a campus of 4000 meters by month. */
const slotsPerBucket = 15_000_000
const maxBuckets = 500_000

/**
 * The ledger's answer, asked for in stretches of whole buckets, so that a decade of a campus neither fills the memory nor
 * holds up the readings that arrive meanwhile.
 * @throws QueryTooLarge · InvalidInput
 */
export async function energyOf(
  ledger: Pick<Ledger, 'energy'>,
  query: EnergyQuery & { zone: string },
  { meters, signal }: { meters: number; signal: AbortSignal },
): Promise<EnergyAnswer> {
  requireFewBuckets(query, query.by, { each: meters, most: maxBuckets })
  const buckets = calendarBuckets(query, query.by, query.zone)
  const answers: EnergyAnswer[] = []
  for (const { start, end } of stretches(buckets, meters)) {
    signal.throwIfAborted()
    answers.push(await ledger.energy({ ...query, from: start, to: end }))
    await new Promise(resolve => setImmediate(resolve))
  }
  return answers.length === 1 ? answers[0]! : joined(query, answers)
}

/** Neighbouring buckets, as many as one turn may hold. No buckets: one empty stretch, so that groups are still named. */
function stretches(buckets: readonly Bucket[], meters: number): Bucket[] {
  const first = buckets[0]
  if (!first) return [{ start: 0, end: 0 }]
  const all: Bucket[] = []
  let current: Bucket = { start: first.start, end: first.start }
  for (const { start, end } of buckets) {
    if (slotsIn({ start, end }) * meters > slotsPerBucket)
      throw new QueryTooLarge(
        `a bucket of ${meters} meters is too large: ask by day or month, or name devices`,
      )
    if (slotsIn({ start: current.start, end }) * meters > slotsPerTurn && current.end > current.start) {
      all.push(current)
      current = { start, end }
    } else current = { start: current.start, end }
  }
  return [...all, current]
}

const slotsIn = ({ start, end }: Bucket) => (end - start) / slotMs

function joined(
  { by, zone }: EnergyQuery & { zone: string },
  answers: readonly EnergyAnswer[],
): EnergyAnswer {
  const groups = new Map<string, EnergyBucket[]>()
  for (const { key, buckets } of answers.flatMap(answer => answer.groups)) {
    const known = groups.get(key)
    if (known) known.push(...buckets)
    else groups.set(key, [...buckets])
  }
  return { by, timezone: zone, groups: [...groups].map(([key, buckets]) => ({ key, buckets })) }
}

/** As the API shows it: times with the site's offset. */
export function energyOut({ by, timezone, groups }: EnergyAnswer) {
  // A bucket's end is the next one's start, and every group has the same buckets.
  const texts = new Map<number, string>()
  const text = (at: number) => {
    let known = texts.get(at)
    if (known === undefined) texts.set(at, (known = isoLocal(at, timezone)))
    return known
  }
  const bucketOut = ({ start, end, ...energy }: EnergyBucket) => ({
    start: text(start),
    end: text(end),
    ...energy,
  })
  return {
    by,
    timezone,
    groups: groups.map(({ key, buckets }) => ({ key, buckets: buckets.map(bucketOut) })),
  }
}
