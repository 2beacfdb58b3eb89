import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sendPage, wantsPage } from './dashboard.ts'
import { NotFound } from './errors.ts'
import { type Problem, problemOf } from './problem.ts'
import { influxCode, sendInflux } from './routes/influx.ts'

/** Every error leaves here: as a problem, or in the form that the route's clients read. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply))
  app.setNotFoundHandler((request, reply) => {
    if (wantsPage(request)) return sendPage(reply)
    return sendError(new NotFound(), request, reply)
  })
}

export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error)
  // What was foreseen is the caller's to read; only what was not is for the log, unless it is only that they left.
  if (problem.code === 'OHM_INTERNAL' && !reply.raw.destroyed)
    request.log.error({ err: error, method: request.method, url: pathOf(request) }, 'request failed')
  if (problem.retryAfter !== undefined) reply.header('retry-after', String(problem.retryAfter))
  if (problem.status === 401) reply.header('www-authenticate', challenge(request))
  const { influx } = request.routeOptions.config
  if (influx)
    return sendInflux(reply, influx, {
      ...problem,
      code: influxCode(problem.status),
      message: problem.detail,
    })
  return sendProblem(reply, problem)
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply
    .code(problem.status)
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(problem))
}

/** Without its query, which may hold a password (InfluxDB's `p`). */
const pathOf = (request: FastifyRequest) => request.url.split('?', 1)[0]

/** A browser would ask for a password by itself on `Basic`, so only programs' routes offer it. */
function challenge(request: FastifyRequest): string {
  return request.routeOptions.config.influx ? 'Basic realm="ohmstead"' : 'Bearer realm="ohmstead"'
}
