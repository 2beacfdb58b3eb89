import type { FastifyInstance } from 'fastify'
import type { Metrics } from '../metrics.ts'

interface Timer {
  observe(seconds: number): void
}

/** How long answers took, by route (never by address, of which there are endlessly many) and class of status. */
export function measure(app: FastifyInstance, { httpSeconds }: Pick<Metrics, 'httpSeconds'>): void {
  const timers = new Map<string, Timer>()
  app.addHook('onResponse', (request, reply, done) => {
    const { method } = request
    const route = request.routeOptions.url ?? 'none'
    const status = `${Math.floor(reply.statusCode / 100)}xx`
    const key = `${method} ${route} ${status}`
    let timer = timers.get(key)
    if (!timer) timers.set(key, (timer = httpSeconds.labels({ method, route, status })))
    timer.observe(reply.elapsedTime / 1000)
    done()
  })
}
