import { InvalidInput, type Series, type Tags } from '@ohmstead/model'
import { type Latest, QueryTooLarge, type SeriesFilter } from '@ohmstead/telemetry'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Services } from '../../services.ts'
import type { App } from '../app.ts'
import type { SeriesHead } from '../formats/columns.ts'
import { formatNames, formatOf } from '../formats/formats.ts'
import { devicesIn, siteOf } from '../lookup.ts'
import { headOf, inOrder, planOf } from '../readings/plan.ts'
import { run, started } from '../readings/query.ts'
import { disconnected, endOfTurn, sendJson, sendStream, whenOver } from '../replies.ts'
import { list, RangeQuery, SiteParams } from '../schemas.ts'
import { instant, timeRange } from '../time.ts'
import { callerOf, type Turns } from '../turns.ts'

/** Points that one answer may hold: JSON keeps a series' values until its end, the others only what is on its way. */
const maxPoints = { json: 10_000_000, streamed: 100_000_000 }
const maxSeries = 20_000
/** Aggregates have to be ready in this time; a stream may take as long as its reader. */
const aggregateMs = 30_000

const which = {
  device: list.describe('Ids, separated by commas; all devices when absent.'),
  place: list.describe('Ids of places; devices there or below.'),
  measurement: z.string().max(200).optional(),
  field: list.describe('Names, separated by commas.'),
  tag: list.describe('`name:value`; series that have all of these.'),
}

const aggregates = ['mean', 'min', 'max', 'sum', 'count', 'first', 'last'] as const

const ReadingsQuery = RangeQuery.extend({
  ...which,
  resolution: z
    .string()
    .max(40)
    .optional()
    .describe(
      '`raw`, `auto` (keeps a chart’s shape), seconds, `PT15M`, or slot, hour, day, week, month, year.',
    ),
  aggregate: z
    .enum(aggregates)
    .optional()
    .describe('How a bucket becomes one value; each field’s own way when absent.'),
  points: z.coerce
    .number()
    .int()
    .min(2)
    .max(100_000)
    .optional()
    .describe('How many points of a series `auto` gives at most.'),
  format: z.enum(formatNames).optional().describe('Instead of `Accept`.'),
})
const LatestQuery = z.object({
  ...which,
  at: z.string().max(60).optional().describe('Newest at or before this time.'),
})

const value = z.union([z.number(), z.boolean(), z.string()])
const head = {
  site: z.string(),
  device: z.string(),
  measurement: z.string(),
  field: z.string(),
  tags: z.record(z.string(), z.string()),
  unit: z.string().nullable().describe('UCUM code; null when nobody has said.'),
  resolution: z.string(),
}
const columns = {
  times: z.array(z.number()).describe('Epoch ms, rising.'),
  values: z.array(value).describe('As long as `times`.'),
}
export const SeriesOut = z.object({ ...head, ...columns })
const SeriesList = z.object({ series: z.array(SeriesOut) })
const LatestList = z.object({
  series: z.array(
    SeriesOut.extend({ time: z.number(), value, ageMs: z.number().describe('How long ago, ms.') }),
  ),
})

type Which = Pick<z.output<typeof LatestQuery>, 'device' | 'place' | 'measurement' | 'field' | 'tag'>

export function readingsOut(app: App, services: Services, turns: Turns): void {
  const { store, clock } = services

  app.get(
    '/api/sites/:site/readings',
    {
      config: { action: 'readings:read', on: restricted },
      schema: {
        operationId: 'getReadings',
        tags: ['readings'],
        summary: 'Readings of a time range: raw, downsampled, or one value a bucket',
        description:
          'As JSON columns, NDJSON (one reading a line, which POST /api/readings takes again), CSV, Parquet or Arrow, by `Accept` or `format`.',
        params: SiteParams,
        querystring: ReadingsQuery,
        response: { 200: SeriesList },
      },
    },
    async (request, reply) => {
      const { query } = request
      const { timezone } = siteOf(services.registry, request.params.site)
      const format = formatOf(query.format, request.headers.accept)
      const range = timeRange(query, { zone: timezone, now: clock.now() })
      const series = selected(services, request.params.site, query)
      const { plan, resolution } = planOf(query, range, { zone: timezone, series: series.length })
      const heads = new Map(series.map(one => [one, headOf(one, resolution, query.aggregate)]))
      const gone = disconnected(reply)
      whenOver(reply, await turns.take(callerOf(request.principal), gone))
      const chunks =
        plan.kind === 'raw'
          ? await started(
              run(plan, {
                store,
                heads,
                range,
                limits: { signal: gone, maxPoints: pointsLimit(format.contentType) },
              }),
            )
          : await inTime(gone, signal =>
              started(run(plan, { store, heads, range, limits: { signal, maxPoints: maxPoints.streamed } })),
            )
      const about = { site: request.params.site, timezone, heads: [...heads.values()] }
      if (format.extension !== undefined)
        reply.header('content-disposition', attachment(request, format.extension))
      return sendStream(reply.type(format.contentType), format.encode(chunks, about))
    },
  )

  app.get(
    '/api/sites/:site/readings/latest',
    {
      config: { action: 'readings:read', on: restricted },
      schema: {
        operationId: 'getLatestReadings',
        tags: ['readings'],
        summary: 'The newest value of each series, with its age',
        params: SiteParams,
        querystring: LatestQuery,
        response: { 200: LatestList },
      },
    },
    async (request, reply) => {
      const { query } = request
      const { timezone } = siteOf(services.registry, request.params.site)
      const now = clock.now()
      const at = query.at === undefined ? undefined : instant(query.at, 'at', { zone: timezone, now })
      const series = selected(services, request.params.site, query)
      const latest = series.length === 0 ? [] : await store.latest(series, at)
      const heads = new Map(series.map(one => [one.id, headOf(one, 'raw')]))
      const body = { series: latest.map(one => latestOut(one, heads.get(one.series.id)!, now)) }
      await endOfTurn()
      // Polled by every open page: its schema documents it, and is not run over it.
      return sendJson(reply, JSON.stringify(body))
    },
  )
}

/** @throws QueryTooLarge when the work is not done after `aggregateMs` */
async function inTime<Result>(
  gone: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const late = AbortSignal.timeout(aggregateMs)
  try {
    return await work(AbortSignal.any([gone, late]))
  } catch (error) {
    if (!late.aborted) throw error
    throw new QueryTooLarge(
      `took more than ${aggregateMs / 1000} s: ask for a shorter time or fewer series`,
      { cause: error },
    )
  }
}

function latestOut({ time, value }: Latest, head: SeriesHead, now: number) {
  return { ...head, times: [time], values: [value], time, value, ageMs: Math.max(0, now - time) }
}

/** A token that opens one device has to name it. */
function restricted(request: FastifyRequest) {
  const { site } = request.params as { site: string }
  const { device } = request.query as { device?: unknown }
  return typeof device === 'string' && !device.includes(',') ? { site, device } : { site }
}

/** The series that a query names, in order. @throws NotFound · InvalidInput · QueryTooLarge */
function selected({ store, registry }: Services, site: string, which: Which): Series[] {
  const devices = devicesOf(registry, site, which)
  const filter: SeriesFilter = {
    site,
    ...(devices === undefined ? {} : { devices }),
    ...(which.measurement === undefined ? {} : { measurement: which.measurement }),
    ...(which.field === undefined ? {} : { fields: which.field }),
    ...(which.tag === undefined ? {} : { tags: tagsOf(which.tag) }),
  }
  const series = store.select(filter)
  if (series.length <= maxSeries) return inOrder(series)
  throw new QueryTooLarge(
    `${series.length} series match, at most ${maxSeries} can be asked for at once: name devices or fields`,
  )
}

/** Ids of the devices that are asked for; undefined for all. */
function devicesOf(
  registry: Services['registry'],
  site: string,
  { device, place }: Which,
): string[] | undefined {
  if (place === undefined) return device
  const there = devicesIn(registry, site, place)
  return device === undefined ? there : there.filter(one => device.includes(one))
}

function tagsOf(pairs: readonly string[]): Tags {
  const entries = pairs.map(pair => {
    const colon = pair.indexOf(':')
    if (colon < 1) throw new InvalidInput('tag', 'expected name:value')
    return [pair.slice(0, colon), pair.slice(colon + 1)] as const
  })
  return Object.assign(Object.create(null), Object.fromEntries(entries))
}

function pointsLimit(contentType: string): number {
  return contentType.startsWith('application/json') ? maxPoints.json : maxPoints.streamed
}

function attachment(request: FastifyRequest, extension: string): string {
  // Ids are of a–z, 0–9 and -, so nothing needs quoting.
  const { site } = request.params as { site: string }
  return `attachment; filename="${site}-readings.${extension}"`
}
