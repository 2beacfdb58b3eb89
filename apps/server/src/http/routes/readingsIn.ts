import { InvalidInput } from '@ohmstead/model'
import type { FastifyReply, onRequestHookHandler } from 'fastify'
import { z } from 'zod'
import type { Origin, Receipt, Rejection } from '../../ingest/ingest.ts'
import type { Services } from '../../services.ts'
import type { App } from '../app.ts'
import { Lines, takeUnnamed } from '../bodies.ts'
import { DeviceParams } from '../schemas.ts'

export const maxBatchBytes = 32 * 1024 * 1024

const ReadingIn = z.object({
  measurement: z.string().describe('Such as electricalMeter; any name is taken.'),
  time: z
    .union([z.string(), z.number()])
    .optional()
    .describe('ISO 8601, without an offset the site’s time; or epoch ms; arrival time when absent.'),
  fields: z.record(z.string(), z.union([z.number(), z.boolean(), z.string()])),
  tags: z.record(z.string(), z.string()).optional(),
})
const AddressedReading = ReadingIn.extend({ site: z.string(), device: z.string() })

export const ReceiptOut = z
  .object({
    accepted: z.number().int().describe('Readings that are stored durably now.'),
    rejected: z.array(
      z.object({
        index: z.number().int().describe('Place in the batch, from 0.'),
        field: z.string(),
        reason: z.string(),
      }),
    ),
  })
  .describe('What became of each reading.')

const answers = { 200: ReceiptOut, 400: ReceiptOut.describe('None of them was acceptable.') }

/**
 * Where devices and programs send readings. The bodies are documented by schema and checked by ingest, reading by
 * reading: one bad reading must not cost the others of its batch.
 */
export function readingsIn(
  app: App,
  services: Pick<Services, 'ingest'>,
  admission: onRequestHookHandler,
): void {
  app.register(async scope => {
    takeUnnamed(scope)
    routes(scope as App, services, admission)
  })
}

function routes(app: App, { ingest }: Pick<Services, 'ingest'>, admission: onRequestHookHandler): void {
  app.post(
    '/api/sites/:site/devices/:device/readings',
    {
      bodyLimit: maxBatchBytes,
      onRequest: admission,
      config: {
        action: 'readings:write',
        gzip: true,
        described: { body: z.union([ReadingIn, z.array(ReadingIn)]), params: DeviceParams },
      },
      schema: {
        operationId: 'postDeviceReadings',
        tags: ['readings'],
        summary: 'Readings of one device',
        description:
          'One reading, an array, or NDJSON. Answered after the commit. Device credentials work here as HTTP Basic.',
        response: answers,
      },
    },
    async (request, reply) => {
      const origin: Origin = { principal: request.principal, via: 'http' }
      const { items, broken } = itemsOf(request.body)
      return sendReceipt(
        reply,
        await ingest.submit(origin, items, request.params as z.output<typeof DeviceParams>),
        broken,
      )
    },
  )

  app.post(
    '/api/readings',
    {
      bodyLimit: maxBatchBytes,
      onRequest: admission,
      config: {
        action: 'readings:write',
        anywhere: true,
        gzip: true,
        described: { body: z.union([AddressedReading, z.array(AddressedReading)]) },
      },
      schema: {
        operationId: 'postReadings',
        tags: ['readings'],
        summary: 'Readings of many devices, each with its site and device',
        description: 'One reading, an array, or NDJSON (application/x-ndjson). Answered after the commit.',
        response: answers,
      },
    },
    async (request, reply) => {
      const origin: Origin = { principal: request.principal, via: 'http' }
      const { items, broken } = itemsOf(request.body)
      return sendReceipt(reply, await ingest.submit(origin, items), broken)
    },
  )
}

const none: ReadonlyMap<number, string> = new Map()

/** What is to be stored, and why lines of NDJSON are no JSON. Those go on as text, so that ingest counts and keeps them. */
function itemsOf(body: unknown): { items: readonly unknown[]; broken: ReadonlyMap<number, string> } {
  if (Array.isArray(body)) return { items: body, broken: none }
  if (body === undefined) throw new InvalidInput('', 'expected a reading, an array of readings, or NDJSON')
  if (!(body instanceof Lines)) return { items: [body], broken: none }
  const broken = new Map<number, string>()
  const items = body.lines.map((line, index) => {
    if ('value' in line) return line.value
    broken.set(index, line.reason)
    return line.text
  })
  return { items, broken }
}

function sendReceipt(
  reply: FastifyReply,
  { accepted, rejected }: Receipt,
  broken: ReadonlyMap<number, string>,
): FastifyReply {
  reply.type('application/json; charset=utf-8')
  if (rejected.length === 0) return reply.send(`{"accepted":${accepted},"rejected":[]}`)
  if (accepted === 0) reply.code(400)
  return reply.send(JSON.stringify({ accepted, rejected: rejected.map(one => explained(one, broken)) }))
}

function explained({ index, field, reason }: Rejection, broken: ReadonlyMap<number, string>): Rejection {
  const why = broken.get(index)
  return why === undefined ? { index, field, reason } : { index, field: '', reason: why }
}
