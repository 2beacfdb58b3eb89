import { type Instant, InvalidInput, type Points, type Series } from '@ohmstead/model'
import { QueryTooLarge } from '../errors.ts'
import { Aggregation } from '../query/aggregate.ts'
import { type BucketLine, bucketLine, fixedLine } from '../query/buckets.ts'
import { ceilTo, cellLengths, noCells, type Usable } from '../query/cells.ts'
import type { Gathered } from '../query/gathered.ts'
import { concat, span, toPoints } from '../query/run.ts'
import { atMost, Outline, outlineWidth } from '../query/shape.ts'
import type { Aggregate, Buckets, QueryLimits, SeriesPoints, TimeRange } from '../store.ts'
import type { Catalog } from './catalog.ts'
import { gather, type Use } from './gather.ts'
import { estimate, reachOf, type Slice, slices } from './slices.ts'

/** What queries need of the store. */
export interface QueryContext {
  catalog(): Catalog
  floor(series: Series): Instant
  /** Waits for a free connection; interrupts when the signal says so or after the time limit. */
  use(limits: QueryLimits | undefined): Use
  readonly maxPoints: number
}

/** A chunk that raw() hands out, at most. */
const chunkPoints = 65_536
/** Instants outside this are not dates. [ECMA-262, 21.4.1.1] */
const farthest = 8.64e15

export async function* raw(
  context: QueryContext,
  series: readonly Series[],
  asked: TimeRange,
  limits?: QueryLimits,
): AsyncGenerator<SeriesPoints> {
  const range = wholeRange(asked)
  const maxPoints = limits?.maxPoints ?? context.maxPoints
  let given = 0
  for (const slice of slices(context.catalog(), series, range, noCells)) {
    const found = await read(context, slice, noCells, limits)
    for (const one of slice.series) {
      for (const points of chunks(one, found.get(one.id))) {
        given += points.times.length
        if (given > maxPoints) throw tooMany(given, maxPoints)
        yield points
        limits?.signal?.throwIfAborted()
      }
    }
  }
}

function* chunks(series: Series, gathered: Gathered | undefined): Generator<SeriesPoints> {
  const length = gathered?.points.times.length ?? 0
  for (let at = 0; at < length && gathered !== undefined; at += chunkPoints) {
    yield { series, ...toPoints(series, span(gathered.points, at, Math.min(length, at + chunkPoints))) }
  }
}

export async function aggregate(
  context: QueryContext,
  series: readonly Series[],
  asked: TimeRange,
  buckets: Buckets,
  kind: Aggregate,
  limits?: QueryLimits,
): Promise<SeriesPoints[]> {
  const line = bucketLine(buckets)
  const range = cutToEdges(wholeRange(asked), buckets)
  const fits = series.filter(
    ({ type }) => type !== 'string' || kind === 'first' || kind === 'last' || kind === 'count',
  )
  return fold(
    context,
    fits,
    range,
    cellMs => line.isOn(cellMs),
    limits,
    () => new Aggregation(line, kind),
  )
}

/** Beyond the edges nothing is asked for. */
function cutToEdges(range: TimeRange, buckets: Buckets): TimeRange {
  if ('everyMs' in buckets) return range
  const { edges } = buckets
  if (edges.length < 2) return { from: range.from, to: range.from }
  return { from: Math.max(range.from, edges[0]), to: Math.min(range.to, edges[edges.length - 1]) }
}

export async function shape(
  context: QueryContext,
  series: readonly Series[],
  asked: TimeRange,
  points: number,
  limits?: QueryLimits,
): Promise<SeriesPoints[]> {
  if (!(points >= 1)) throw new InvalidInput('points', 'expected at least 1')
  const range = wholeRange(asked)
  const shapes: SeriesPoints[] = []
  for (const one of series) shapes.push(...(await shapeOf(context, one, range, points, limits)))
  return shapes
}

async function shapeOf(
  context: QueryContext,
  series: Series,
  range: TimeRange,
  points: number,
  limits: QueryLimits | undefined,
): Promise<SeriesPoints[]> {
  const catalog = context.catalog()
  const reach = reachOf(catalog, series, range)
  if (reach === undefined) return []
  const isFew = estimate(catalog, series, reach, noCells) <= 2 * points
  const line = outlineBuckets(reach, points)
  if (!isFew) {
    const [outline] = await foldOf(
      context,
      [series],
      reach,
      cellMs => line.isOn(cellMs),
      limits,
      () => new Outline(line, series.type === 'string'),
    )
    if (outline.seen > points) return nonEmpty(series, toPoints(series, atMost(outline.finish(), points)))
  }
  const [whole] = await foldOf(
    context,
    [series],
    reach,
    noCells,
    limits,
    () => new Gathering(line, series.type === 'string', points),
  )
  return nonEmpty(series, toPoints(series, atMost(whole.finish(), points)))
}

/** Buckets that span cells begin and end with them. */
function outlineBuckets(reach: TimeRange, points: number): BucketLine {
  const width = outlineWidth(reach.to - reach.from, points)
  const cellMs = cellLengths.findLast(length => length <= width)
  return fixedLine(cellMs === undefined ? width : ceilTo(width, cellMs))
}

/** An outline that remembers the points themselves until they are more than asked for. */
class Gathering extends Outline {
  readonly #limit: number
  readonly #isText: boolean
  #kept: Gathered[] = []

  constructor(line: BucketLine, isText: boolean, limit: number) {
    super(line, isText)
    this.#limit = limit
    this.#isText = isText
  }

  override feed(gathered: Gathered): void {
    super.feed(gathered)
    if (this.seen <= this.#limit) this.#kept.push(gathered)
    else this.#kept = []
  }

  override finish() {
    return this.seen <= this.#limit
      ? concat(
          this.#kept.map(({ points }) => points),
          this.#isText,
        )
      : super.finish()
  }
}

interface Fold {
  feed(gathered: Gathered): void
  finish(): Points | { times: Float64Array; values: Float64Array | string[] }
}

async function fold(
  context: QueryContext,
  series: readonly Series[],
  range: TimeRange,
  cells: Usable,
  limits: QueryLimits | undefined,
  make: () => Fold,
): Promise<SeriesPoints[]> {
  const folds = await foldOf(context, series, range, cells, limits, make)
  return series.flatMap((one, i) => nonEmpty(one, folds[i].finish()))
}

async function foldOf<F extends Fold>(
  context: QueryContext,
  series: readonly Series[],
  range: TimeRange,
  cells: Usable,
  limits: QueryLimits | undefined,
  make: () => F,
): Promise<F[]> {
  const folds = new Map(series.map(one => [one.id, make()]))
  const catalog = context.catalog()
  const maxPoints = limits?.maxPoints ?? context.maxPoints
  const cost = series.reduce((sum, one) => sum + estimate(catalog, one, range, cells), 0)
  if (cost > maxPoints) throw tooMany(cost, maxPoints)
  for (const slice of slices(catalog, series, range, cells)) {
    const found = await read(context, slice, cells, limits)
    for (const [id, gathered] of found) folds.get(id)?.feed(gathered)
  }
  return series.map(one => folds.get(one.id) as F)
}

function read(
  context: QueryContext,
  slice: Slice,
  cells: Usable,
  limits: QueryLimits | undefined,
): Promise<Map<number, Gathered>> {
  limits?.signal?.throwIfAborted()
  const catalog = context.catalog()
  const options = { cells, floor: (series: Series) => context.floor(series) }
  return catalog.reading(() => gather(catalog, slice.series, slice.range, options, context.use(limits)))
}

function nonEmpty(series: Series, points: Points): SeriesPoints[] {
  return points.times.length === 0 ? [] : [{ series, ...points }]
}

function tooMany(count: number, limit: number): QueryTooLarge {
  return new QueryTooLarge(`the query touches ${Math.round(count)} points or more, the limit is ${limit}`)
}

/** Whole milliseconds that a date can have. */
export function wholeRange({ from, to }: TimeRange): TimeRange {
  if (Number.isNaN(from) || Number.isNaN(to)) throw new InvalidInput('range', 'expected two instants')
  return { from: Math.max(-farthest, Math.ceil(from)), to: Math.min(farthest + 1, Math.ceil(to)) }
}
