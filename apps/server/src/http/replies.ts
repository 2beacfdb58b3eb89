import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

/** Aborts when whoever asked is gone. */
export function disconnected(reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  return gone.signal
}

/** JSON that is text already, past the serializer of the route's schema: for what is large or asked for all the time. */
export function sendJson(reply: FastifyReply, text: string): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(text)
}

/** Sends at the pace of the reader; a reader that leaves ends the query. */
export function sendStream(reply: FastifyReply, pieces: AsyncIterable<Uint8Array>): FastifyReply {
  return reply.send(Readable.from(pieces, { objectMode: false, highWaterMark: 262_144 }))
}
