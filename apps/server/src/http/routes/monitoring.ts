import { may, type Principal } from '@ohmstead/registry'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Services } from '../../services.ts'
import { demand } from '../access.ts'
import type { App } from '../app.ts'
import { type Identification, principalOf } from '../principal.ts'

/** What monitors ask. `/healthz`: the process answers. `/readyz`: it can do its work or not, and what is wrong. */
export function monitoring(
  app: App,
  { health, metrics }: Pick<Services, 'health' | 'metrics'>,
  who: Identification,
): void {
  const tags = ['operation']
  const open = { action: 'public' } as const
  app.get(
    '/healthz',
    {
      config: open,
      schema: {
        operationId: 'isAlive',
        tags,
        summary: 'The process answers',
        response: { 200: z.object({ status: z.literal('ok') }) },
      },
    },
    async () => ({ status: 'ok' as const }),
  )

  const Trouble = z.object({ part: z.string(), reason: z.string(), since: z.number() })
  const Ready = z.object({ ready: z.boolean(), troubles: z.array(Trouble) })
  app.get(
    '/readyz',
    {
      config: open,
      schema: {
        operationId: 'isReady',
        tags,
        summary: 'It can do its work, with what somebody has to look at; 503 when it cannot',
        response: { 200: Ready, 503: Ready },
      },
    },
    async (request, reply) => {
      // Reasons may tell of paths and addresses, so only those inside and those who may know get them.
      const troubles = (await isInside(request, who))
        ? health.report()
        : health.report().map(one => ({ ...one, reason: 'see the log' }))
      return reply.code(health.ready ? 200 : 503).send({ ready: health.ready, troubles })
    },
  )
  app.get(
    '/metrics',
    {
      config: open,
      schema: {
        operationId: 'getMetrics',
        tags,
        summary: 'Prometheus metrics; from this machine, or with a token that may read the platform',
        produces: ['text/plain'],
      },
    },
    async (request, reply) => {
      if (!isLoopback(request)) demand(await principalOf(request, {}, who), 'platform:read')
      reply.type(metrics.registry.contentType)
      return metrics.registry.metrics()
    },
  )
}

async function isInside(request: FastifyRequest, who: Identification): Promise<boolean> {
  if (isLoopback(request)) return true
  // Monitors get their answer even when who they are cannot be found out, because the registry is what is ill.
  const principal: Principal | undefined = await principalOf(request, {}, who).catch(() => undefined)
  return principal !== undefined && may(principal, 'platform:read')
}

/**
 * From this machine and for this machine: a request that a proxy passes on comes from loopback as well, but says for
 * whom.
 */
function isLoopback(request: FastifyRequest): boolean {
  const { headers } = request
  if (headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined) return false
  return (
    /^(127\.|::1$|::ffff:127\.)/.test(request.raw.socket.remoteAddress ?? '') &&
    /^(localhost|127\.|\[::1\])/.test(request.host)
  )
}
