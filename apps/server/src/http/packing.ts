import { gzip } from 'node:zlib'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** Smaller texts travel in a few packets anyway. Characters. */
const packFrom = 16_384
/** Most of the gain at a third of the time that the usual 6 takes. */
const level = 4

/**
 * Packs large JSON answers for who takes gzip: a year by days and devices is a megabyte, packed a twentieth of it. Exports are
 * streams and go out as they are: whoever takes millions of points asks for Parquet.
 */
export function packLargeAnswers(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    if (typeof payload !== 'string' || payload.length < packFrom) return done(null, payload)
    reply.header('vary', 'accept-encoding')
    if (!takesGzip(request)) return done(null, payload)
    gzip(payload, { level }, (error, packed) => {
      if (error) return done(null, payload)
      reply.header('content-encoding', 'gzip')
      done(null, packed)
    })
  })
}

function takesGzip({ headers }: FastifyRequest): boolean {
  const accepted = String(headers['accept-encoding'] ?? '').toLowerCase()
  return accepted.split(',').some(one => /^\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*$).*)?$/.test(one))
}
