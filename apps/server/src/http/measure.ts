import type { FastifyInstance, onResponseHookHandler, RouteOptions } from 'fastify'
import type { Metrics } from '../metrics.ts'

interface Timer {
  observe(seconds: number): void
}

/** How long answers took, by route (never by address, of which there are endlessly many) and class of status. */
export function measure(app: FastifyInstance, { httpSeconds }: Pick<Metrics, 'httpSeconds'>): void {
  app.addHook('onRoute', route => {
    route.onResponse = [stopwatchOf(route, httpSeconds), ...[route.onResponse ?? []].flat()]
  })
}

function stopwatchOf({ url }: RouteOptions, httpSeconds: Metrics['httpSeconds']): onResponseHookHandler {
  /** By method and class of status. */
  const timers = new Map<string, Timer[]>()
  return ({ method }, reply, done) => {
    const status = Math.floor(reply.statusCode / 100)
    const classes = timers.get(method) ?? []
    if (classes.length === 0) timers.set(method, classes)
    const timer = (classes[status] ??= httpSeconds.labels({ method, route: url, status: `${status}xx` }))
    timer.observe(reply.elapsedTime / 1000)
    done()
  }
}
