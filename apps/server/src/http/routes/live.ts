import { InvalidInput } from '@ohmstead/model'
import { may } from '@ohmstead/registry'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Services } from '../../services.ts'
import type { App } from '../app.ts'
import { Overloaded } from '../errors.ts'
import { answerHeaders } from '../headers.ts'
import { type Identification, principalOf } from '../principal.ts'
import { list, SiteParams } from '../schemas.ts'
import { type Pick, Streams } from '../stream.ts'

const types = ['readings', 'slots', 'quarantine', 'presence', 'alert', 'event'] as const
const maxStreams = 2000

/** What happens now: the stream of a site, and what was refused lately. */
export function liveRoutes(app: App, services: Services, who: Identification): void {
  const { events, clock, ingest, presence } = services
  const streams = new Streams(events, clock)
  // Before the server waits for its connections to end: these would not.
  app.addHook('preClose', async () => streams.close())

  app.get(
    '/api/sites/:site/stream',
    {
      config: { action: 'readings:read' },
      schema: {
        operationId: 'streamSite',
        tags: ['live'],
        summary:
          'Server-sent events: readings as they are stored, slots that change, refusals, presence, alerts and events of rules',
        description:
          'Each event has an id; send the last as `Last-Event-ID` to go on from there. `event: gap` says that some between are lost. A comment every 15 s shows that the line is alive. A reader that falls a megabyte behind is dropped.',
        params: SiteParams,
        querystring: z.object({
          types: list.describe(`Of ${types.join(', ')}; all when absent.`),
          device: list.describe('Only events of these devices.'),
          lastEventId: z.string().max(30).optional().describe('For clients that cannot set the header.'),
        }),
        produces: ['text/event-stream'],
      },
    },
    (request, reply) => {
      const { site } = request.params
      const pick = pickOf(request.query)
      const after = lastEventId(request)
      if (streams.size >= maxStreams) throw new Overloaded('too many streams are open')
      reply.hijack()
      const { raw } = reply
      // A proxy that collects answers before it passes them on would hold every event back.
      raw.writeHead(200, {
        ...answerHeaders,
        'content-type': 'text/event-stream; charset=utf-8',
        'x-accel-buffering': 'no',
      })
      const stillAllowed = async () => may(await principalOf(request, {}, who), 'readings:read', { site })
      streams.open(raw, { site, after, pick, stillAllowed })
    },
  )

  const Presence = z.object({
    device: z.string(),
    lastSeen: z.number().nullable().describe('When it was last heard since the server started, epoch ms.'),
    connected: z.boolean().nullable().describe('Whether it holds a connection; null: it does not use one.'),
  })
  app.get(
    '/api/sites/:site/presence',
    {
      config: { action: 'readings:read' },
      schema: {
        operationId: 'listPresence',
        tags: ['live'],
        summary: 'Which devices were heard when, and which are connected',
        params: SiteParams,
        response: { 200: z.object({ items: z.array(Presence) }) },
      },
    },
    async request => ({ items: presence.list(request.params.site) }),
  )

  const Entry = z.object({
    id: z.number(),
    time: z.number().describe('When it was refused, epoch ms.'),
    site: z.string(),
    device: z.string().nullable(),
    via: z.enum(['mqtt', 'http', 'line', 'powiot', 'import', 'replay', 'rule']),
    field: z.string(),
    reason: z.string(),
    sample: z.string().describe('What was refused, cut short.'),
  })
  app.get(
    '/api/sites/:site/quarantine',
    {
      config: { action: 'readings:read' },
      schema: {
        operationId: 'listQuarantine',
        tags: ['readings'],
        summary: 'The newest readings that were refused, and why',
        params: SiteParams,
        querystring: z.object({
          device: z.string().max(63).optional(),
          limit: z.coerce.number().int().min(1).max(1000).optional(),
        }),
        response: { 200: z.object({ items: z.array(Entry) }) },
      },
    },
    async request => {
      const { device, limit = 100 } = request.query
      return {
        items: ingest.quarantine(request.params.site, { limit, ...(device === undefined ? {} : { device }) }),
      }
    },
  )
}

interface Filter {
  readonly types?: readonly string[] | undefined
  readonly device?: readonly string[] | undefined
}

/** What the query lets through; undefined for everything. @throws InvalidInput */
function pickOf({ types: names, device }: Filter): Pick | undefined {
  for (const name of names ?? [])
    if (!(types as readonly string[]).includes(name))
      throw new InvalidInput('types', `expected ${types.join(', ')}`)
  if (names === undefined && device === undefined) return undefined
  const devices = device === undefined ? undefined : new Set(device)
  return ({ type, data }) => {
    if (names && !names.includes(type)) return undefined
    return devices ? ofDevices(data, devices) : data
  }
}

/** Events carry one thing of a device or a list of them. */
function ofDevices(data: unknown, devices: ReadonlySet<string>): unknown {
  const isWanted = (item: unknown) =>
    typeof item === 'object' && item !== null && 'device' in item && devices.has(String(item.device))
  if (!Array.isArray(data)) return isWanted(data) ? data : undefined
  const wanted = data.filter(isWanted)
  return wanted.length === 0 ? undefined : wanted
}

function lastEventId(request: FastifyRequest): number | undefined {
  const given = request.headers['last-event-id'] ?? (request.query as { lastEventId?: string }).lastEventId
  // An empty id is what a client sends that has not seen any event yet.
  if (given === undefined || given === '') return undefined
  if (/^\d{1,16}$/.test(String(given))) return Number(given)
  throw new InvalidInput('Last-Event-ID', 'expected the id of an event')
}
