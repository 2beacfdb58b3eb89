import type { Series } from '@ohmstead/model'
import type { Aggregate, QueryLimits, ReadingStore, SeriesPoints, TimeRange } from '@ohmstead/telemetry'
import type { Chunk, SeriesHead } from '../formats/columns.ts'
import { naturalAggregate, type Plan } from './plan.ts'

export interface Query {
  readonly store: Pick<ReadingStore, 'raw' | 'aggregate' | 'shape'>
  /** What each series is called in the answer. */
  readonly heads: ReadonlyMap<Series, SeriesHead>
  readonly range: TimeRange
  readonly limits: QueryLimits
}

/** The answer's chunks in the order of `heads`, as the store hands them out. */
export async function* run(plan: Plan, query: Query): AsyncGenerator<Chunk> {
  const named = namer(query.heads)
  const series = [...query.heads.keys()]
  if (series.length === 0) return
  if (plan.kind === 'raw') yield* rawChunks(series, query, named)
  else if (plan.kind === 'shape') yield* shapeChunks(series, plan.points, query, named)
  else yield* bucketChunks(series, plan, query, named)
}

type Named = (points: SeriesPoints) => Chunk

/** Stores may answer with their own copies of a series; its number tells which it is. */
function namer(heads: Query['heads']): Named {
  const byId = new Map([...heads].map(([series, head]) => [series.id, head]))
  return ({ series, times, values }) => ({ head: byId.get(series.id)!, times, values })
}

async function* rawChunks(series: readonly Series[], { store, range, limits }: Query, named: Named) {
  for await (const points of store.raw(series, range, limits)) yield named(points)
}

/** A text has no shape: it comes whole. */
async function* shapeChunks(series: readonly Series[], points: number, query: Query, named: Named) {
  const { store, range, limits } = query
  const shapes = series.filter(isNumeric)
  if (shapes.length > 0)
    for (const part of await store.shape(shapes, range, points, limits)) yield named(part)
  const texts = series.filter(one => !isNumeric(one))
  if (texts.length > 0) yield* rawChunks(texts, query, named)
}

async function* bucketChunks(
  series: readonly Series[],
  { buckets, aggregate }: Extract<Plan, { kind: 'buckets' }>,
  { store, range, limits }: Query,
  named: Named,
) {
  const groups = Map.groupBy(series.filter(isNumeric), one => aggregate ?? naturalAggregate(one))
  for (const [way, group] of groups as Map<Aggregate, Series[]>)
    for (const part of await store.aggregate(group, range, buckets, way, limits)) yield named(part)
}

const isNumeric = (series: Series) => series.type !== 'string'

/**
 * The same source with its first item already there: an error that the query's start brings is thrown here, while the
 * answer can still be a problem.
 */
export async function started<Item>(source: AsyncIterator<Item>): Promise<AsyncGenerator<Item>> {
  const first = await source.next()
  async function* all(): AsyncGenerator<Item> {
    try {
      for (let next = first; !next.done; next = await source.next()) yield next.value
    } finally {
      await source.return?.()
    }
  }
  return all()
}
