import { z } from 'zod'
import type { Services } from '../../services.ts'
import type { App } from '../app.ts'
import { Empty } from '../schemas.ts'

const Demo = z.object({
  state: z
    .enum(['none', 'loading', 'live', 'removing', 'failed', 'elsewhere'])
    .describe("'elsewhere': it is run by the command `ohmstead demo`, which removes it as well."),
  done: z.number().nullable().describe('While it loads: share of the way, 0–1.'),
  reason: z.string().nullable().describe('Why it failed.'),
})

/** Simulated sites beside the real ones: loaded and removed again. */
export function demoRoutes(app: App, { demo }: Pick<Services, 'demo'>): void {
  const tags = ['operation']
  const out = () => ({ done: null, reason: null, ...demo.status })
  app.get(
    '/api/demo',
    {
      config: { action: 'platform:write' },
      schema: {
        operationId: 'getDemo',
        tags,
        summary: 'Whether the demo is loaded',
        response: { 200: Demo },
      },
    },
    async () => out(),
  )
  app.post(
    '/api/demo',
    {
      config: { action: 'platform:write' },
      schema: {
        operationId: 'startDemo',
        tags,
        summary: 'Load three simulated homes and an office, and run their devices',
        response: { 202: Demo },
      },
    },
    async (_request, reply) => {
      demo.start()
      return reply.code(202).send(out())
    },
  )
  app.delete(
    '/api/demo',
    {
      config: { action: 'platform:write' },
      schema: {
        operationId: 'removeDemo',
        tags,
        summary: 'Remove the demo with its sites, devices, readings and energy',
        response: { 204: Empty },
      },
    },
    async (_request, reply) => {
      await demo.remove()
      return reply.code(204).send()
    },
  )
}
