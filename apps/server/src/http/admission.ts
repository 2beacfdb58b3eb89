import type { FastifyRequest, onRequestHookHandler } from 'fastify'
import type { Ingest } from '../ingest/ingest.ts'
import { Overloaded } from './errors.ts'

/** Bytes of large bodies that may be in memory together, as they were announced. */
const budgetBytes = 256 * 1024 * 1024
/** Smaller bodies are bounded by the number of connections. */
const smallBytes = 65_536
/** How much larger a gzipped body is taken to be than it says. */
const inflation = 10

/**
 * A hook that lets readings in only while ingest takes any, and a large body only while there is memory for it, before its first
 * byte is read; refuses with Overloaded. A body of unknown length counts as the largest there may be. Routes that share it share its budget.
 */
export function admission(ingest: Pick<Ingest, 'full'>): onRequestHookHandler {
  let reserved = 0
  return (request, reply, done) => {
    if (ingest.full) {
      done(new Overloaded('more readings arrive than can be stored; send again in a second'))
      return
    }
    const bytes = isSmall(request) ? 0 : announced(request)
    if (bytes > smallBytes) {
      if (reserved + bytes > budgetBytes) {
        done(new Overloaded('too many large uploads are under way'))
        return
      }
      reserved += bytes
      reply.raw.once('close', () => {
        reserved -= bytes
      })
    }
    done()
  }
}

/** Nearly all of them; asking a request for its route's limit costs more than the rest here. */
function isSmall({ headers }: FastifyRequest): boolean {
  return Number(headers['content-length']) <= smallBytes && headers['content-encoding'] === undefined
}

function announced({ headers, routeOptions: { bodyLimit } }: FastifyRequest): number {
  const { 'content-length': length, 'content-encoding': encoding, 'transfer-encoding': transfer } = headers
  if (length === undefined) return transfer === undefined ? 0 : bodyLimit
  return Math.min(bodyLimit, Number(length) * (encoding === undefined ? 1 : inflation))
}
