import type { FastifyReply, FastifyRequest } from 'fastify'
import { Overloaded } from './errors.ts'

/** Bytes of large bodies that may be in memory together, as they were announced. */
const budgetBytes = 256 * 1024 * 1024
/** Smaller bodies are bounded by the number of connections. */
const smallBytes = 65_536

let reserved = 0

/**
 * Lets a large body in only while there is memory for it, before its first byte is read. A body of unknown length
 * counts as the largest there may be.
 * @throws Overloaded
 */
export function admission(request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void {
  const bytes = announced(request)
  if (bytes <= smallBytes) return done()
  if (reserved + bytes > budgetBytes) return done(new Overloaded('too many large uploads are under way'))
  reserved += bytes
  reply.raw.once('close', () => {
    reserved -= bytes
  })
  done()
}

function announced(request: FastifyRequest): number {
  const { bodyLimit } = request.routeOptions
  const length = request.headers['content-length']
  const plain = length === undefined ? (request.headers['transfer-encoding'] === undefined ? 0 : bodyLimit) : Number(length)
  return Math.min(bodyLimit, request.headers['content-encoding'] === undefined ? plain : plain * 10)
}
