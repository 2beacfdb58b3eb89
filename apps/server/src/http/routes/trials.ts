import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { type Told, trial } from '../../rules/trial.ts'
import type { Services } from '../../services.ts'
import type { App } from '../app.ts'
import { disconnected, sendStream, whenOver } from '../replies.ts'
import { laneOf, periodOf } from '../rules/past.ts'
import { Period, Trial } from '../rules/replaySchemas.ts'
import { SiteParams } from '../schemas.ts'
import { callerOf, type Turns } from '../turns.ts'

const tags = ['rules']

/** Rules over the past at full speed. */
export function trialRoutes(app: App, services: Services, turns: Turns): void {
  app.post(
    '/api/sites/:site/rules/try',
    {
      config: { action: 'rules:read' },
      schema: {
        operationId: 'tryRule',
        tags,
        summary: 'What a rule, or two side by side, would have said in a period',
        description:
          'A line of JSON for each thing: `said` (with `rule`, counted from 0), `progress`, and `done` with the counts. After 10 000 things of a rule the others are only counted.',
        params: SiteParams,
        body: Period.extend({ rules: z.array(Trial).min(1).max(2) }),
        produces: ['application/x-ndjson'],
      },
    },
    async (request, reply) => {
      const { site } = request.params
      const { from, to } = periodOf(services, site, request.body)
      const lanes = request.body.rules.map((given, at) => laneOf(services, site, given, `trial-${at}`))
      const signal = disconnected(reply as FastifyReply)
      whenOver(reply as FastifyReply, await turns.take(callerOf(request.principal), signal))
      const told = trial(lanes.map(lane => ({ ...lane, from, end: to, signal })))
      return sendStream((reply as FastifyReply).type('application/x-ndjson; charset=utf-8'), linesOf(told))
    },
  )
}

async function* linesOf(told: AsyncIterable<Told>): AsyncGenerator<Uint8Array> {
  for await (const one of told) yield Buffer.from(`${JSON.stringify(one)}\n`)
}
