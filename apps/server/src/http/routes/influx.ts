import { InvalidInput } from '@ohmstead/model'
import { may } from '@ohmstead/registry'
import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import { z } from 'zod'
import type { Receipt } from '../../ingest/ingest.ts'
import type { Services } from '../../services.ts'
import type { App } from '../app.ts'
import { takeBytes } from '../bodies.ts'
import { maxBatchBytes } from './readingsIn.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Errors in the form that this version's clients read, instead of problems. */
    influx?: 1 | 2
  }
}

/** What clients of InfluxDB are told about the server's age: the oldest that has both write routes. */
const version = '1.8.10'

const V2Query = z.object({
  bucket: z.string().describe('The site.'),
  org: z.string().optional().describe('Not looked at.'),
  precision: z.string().max(10).optional().describe('ns (when absent), us, ms or s.'),
})
const V1Query = z.object({
  db: z.string().describe('The site.'),
  precision: z.string().max(10).optional().describe('n, ns (when absent), u, us, ms, s, m or h.'),
  rp: z.string().optional().describe('Not looked at.'),
  consistency: z.string().optional().describe('Not looked at.'),
  u: z
    .string()
    .optional()
    .describe('User name: `<site>/<device>` with the password of a device, anything with a token.'),
  p: z.string().optional().describe('Token or password.'),
})

/**
 * InfluxDB's ways in, so that Telegraf, Node-RED and Home Assistant can write here: both forms of line protocol
 * writes, and as much of the rest as these clients ask before they begin.
 */
export function influx(app: App, services: Services, admission: onRequestHookHandler): void {
  app.register(async scope => {
    takeBytes(scope)
    writes(scope as App, services, admission)
    probes(scope as App, services)
  })
}

function writes(app: App, { ingest }: Services, admission: onRequestHookHandler): void {
  const shared = { bodyLimit: maxBatchBytes, onRequest: admission } as const
  app.post(
    '/api/v2/write',
    {
      ...shared,
      config: {
        action: 'readings:write',
        on: request => ({ site: text(request, 'bucket') }),
        gzip: true,
        influx: 2,
      },
      schema: {
        operationId: 'writeLines',
        tags: ['line protocol'],
        summary: 'InfluxDB 2: line protocol',
        description:
          'The tag `device`, else `host`, else the measurement names the device. Answers 204; 400 names the lines that were refused, the others are stored.',
        consumes: ['text/plain'],
        querystring: V2Query,
      },
    },
    async (request, reply) => {
      const { bucket: site, precision = 'ns' } = request.query
      return sendWritten(reply, await lines(ingest, request, { site, precision }), 2)
    },
  )
  app.post(
    '/write',
    {
      ...shared,
      config: {
        action: 'readings:write',
        on: request => ({ site: text(request, 'db') }),
        gzip: true,
        influx: 1,
        queryCredentials: true,
      },
      schema: {
        operationId: 'writeLinesV1',
        tags: ['line protocol'],
        summary: 'InfluxDB 1: line protocol',
        consumes: ['text/plain'],
        querystring: V1Query,
      },
    },
    async (request, reply) => {
      const { db: site, precision = 'ns' } = request.query
      return sendWritten(reply, await lines(ingest, request, { site, precision }), 1)
    },
  )
}

function text(request: FastifyRequest, name: string): string {
  const value = (request.query as Record<string, unknown>)[name]
  if (typeof value !== 'string' || value === '') throw new InvalidInput(name, 'is missing; it names the site')
  return value
}

function lines(
  ingest: Services['ingest'],
  request: FastifyRequest,
  into: { site: string; precision: string },
): Promise<Receipt> {
  // Clients test their connection with a write of nothing.
  const body = request.body instanceof Uint8Array ? request.body : new Uint8Array()
  if (body.length === 0) return Promise.resolve({ accepted: 0, rejected: [] })
  return ingest.lines({ principal: request.principal, via: 'line' }, body, into)
}

/** 204, or InfluxDB's "partial write" with every refused line by number. */
function sendWritten(reply: FastifyReply, { accepted, rejected }: Receipt, form: 1 | 2): FastifyReply {
  const [first] = rejected
  if (!first) return reply.code(204).send()
  const found = `line ${first.index}: ${first.field === '' ? '' : `${first.field}: `}${first.reason}`
  const message = `${accepted === 0 ? 'nothing written' : 'partial write'}: ${found} dropped=${rejected.length}`
  const lines = rejected.map(({ index, field, reason }) => ({ line: index, field, reason }))
  return sendInflux(
    reply,
    form,
    { status: 400, code: 'invalid', message },
    { line: first.index, accepted, rejected: lines },
  )
}

/** An error as clients of that version read it. */
export function sendInflux(
  reply: FastifyReply,
  form: 1 | 2,
  { status, code, message }: { status: number; code: string; message: string },
  more: object = {},
): FastifyReply {
  reply.code(status).type('application/json; charset=utf-8')
  // Header values are Latin-1 without line ends.
  reply.header('x-influxdb-error', message.replace(/[^\x20-\x7e]/g, '?').slice(0, 500))
  return reply.send(JSON.stringify(form === 1 ? { error: message, ...more } : { code, message, ...more }))
}

/** InfluxDB 2's words for a status. */
export function influxCode(status: number): string {
  const codes: Readonly<Record<number, string>> = {
    400: 'invalid',
    401: 'unauthorized',
    403: 'forbidden',
    404: 'not found',
    413: 'request too large',
    415: 'invalid',
    422: 'unprocessable entity',
    429: 'too many requests',
    503: 'unavailable',
  }
  return codes[status] ?? 'internal error'
}

function probes(app: App, { registry, health }: Services): void {
  const hidden = { schema: { hide: true } } as const
  for (const method of ['GET', 'HEAD'] as const)
    app.route({
      method,
      url: '/ping',
      ...hidden,
      config: { action: 'public' },
      handler: (_request, reply) =>
        reply.header('x-influxdb-version', version).header('x-influxdb-build', 'Ohmstead').code(204).send(),
    })
  app.get('/health', { ...hidden, config: { action: 'public' } }, (_request, reply) => {
    const status = health.ready ? 'pass' : 'fail'
    const message = health.ready ? 'ready for writes' : 'not ready: see /readyz'
    return reply
      .code(health.ready ? 200 : 503)
      .send({ name: 'ohmstead', message, status, checks: [], version })
  })

  /** InfluxQL is not spoken; clients of version 1 only ask here whether their database is there, or make it. */
  const query = async (request: FastifyRequest, reply: FastifyReply) => {
    const words = queryText(request)
    const sites = registry.sites.all().filter(site => may(request.principal, 'site:read', { site: site.id }))
    const result = answerTo(
      words,
      sites.map(site => site.id),
    )
    if (result === undefined)
      return sendInflux(reply, 1, {
        status: 400,
        code: 'invalid',
        message:
          'only CREATE DATABASE and SHOW DATABASES are answered here; read with GET /api/sites/{site}/readings',
      })
    return reply
      .type('application/json; charset=utf-8')
      .send(JSON.stringify({ results: [{ statement_id: 0, ...result }] }))
  }
  const options = { ...hidden, config: { action: 'signed-in', influx: 1, queryCredentials: true } } as const
  app.get('/query', options, query)
  app.post('/query', options, query)
}

/** `q` of the query string, or of a form. */
function queryText(request: FastifyRequest): string {
  const { q } = request.query as { q?: unknown }
  if (typeof q === 'string') return q
  const body = request.body instanceof Uint8Array ? Buffer.from(request.body).toString('utf8') : ''
  return new URLSearchParams(body).get('q') ?? ''
}

function answerTo(words: string, sites: readonly string[]): object | undefined {
  if (/^\s*create\s+database\b/i.test(words)) return {}
  if (/^\s*show\s+databases\b/i.test(words))
    return { series: [{ name: 'databases', columns: ['name'], values: sites.map(site => [site]) }] }
  if (/^\s*show\s+(series|measurements|retention\s+policies)\b/i.test(words)) return {}
  return undefined
}
