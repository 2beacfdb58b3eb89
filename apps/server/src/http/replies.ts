import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

/** Calls once the answer is out, or whoever asked has left. */
export function whenOver({ raw }: FastifyReply, run: () => void): void {
  if (raw.closed || raw.destroyed) run()
  else raw.once('close', run)
}

/** Aborts when whoever asked is gone. */
export function disconnected(reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  // Most answers end by being sent, and an abort costs more than many of them.
  whenOver(reply, () => reply.raw.writableFinished || gone.abort())
  return gone.signal
}

let turn: Promise<void> | undefined

/**
 * Resolves once everything that has arrived by now is read. Answers that are ready at once wait for it, so that those of many
 * requests go out one after the other: to wake who waits for each of them costs more than to make it.
 */
export function endOfTurn(): Promise<void> {
  turn ??= new Promise(resolve => {
    setImmediate(() => {
      turn = undefined
      resolve()
    })
  })
  return turn
}

/** JSON that is text already, past the serializer of the route's schema: for what is large or asked for all the time. */
export function sendJson(reply: FastifyReply, text: string): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(text)
}

/** Sends at the pace of the reader; a reader that leaves ends the query. What fits in one piece goes out in one. */
export async function sendStream(
  reply: FastifyReply,
  pieces: AsyncIterable<Uint8Array>,
): Promise<FastifyReply> {
  const source = pieces[Symbol.asyncIterator]()
  const first = await source.next()
  const second = first.done ? first : await source.next()
  if (second.done) return reply.send(first.value ?? Buffer.alloc(0))
  async function* all() {
    try {
      yield first.value
      for (let next = second; !next.done; next = await source.next()) yield next.value
    } finally {
      await source.return?.()
    }
  }
  return reply.send(Readable.from(all(), { objectMode: false, highWaterMark: 262_144 }))
}
