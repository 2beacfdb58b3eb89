import { Conflict, may } from '@ohmstead/registry'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { Replay, type RunningReplay } from '../../rules/replays.ts'
import type { Services } from '../../services.ts'
import type { App } from '../app.ts'
import { NotFound } from '../errors.ts'
import { type Identification, principalOf } from '../principal.ts'
import { ReplayOut, replayOut, StartReplay, speed } from '../rules/replaySchemas.ts'
import { streamReplay } from '../rules/replayStream.ts'
import { startLab, startLive } from '../rules/startReplay.ts'
import { Empty, SiteParams } from '../schemas.ts'

const tags = ['rules']
const ReplayParams = SiteParams.extend({ replay: z.uuid() })

/** Replays: in the lab, where nothing is stored or sent, or live. */
export function replayRoutes(app: App, services: Services, who: Identification): void {
  const { replays, clock } = services

  app.post(
    '/api/sites/:site/replays',
    {
      config: { action: 'rules:write' },
      schema: {
        operationId: 'startReplay',
        tags,
        summary: 'Play a period: to rules on a virtual clock, or into this site as if it happened now',
        description:
          'Lab: its rules are those of the site named in `rules`, and those given in `trials`. Live: all that `source` has stored is sent again with present times, through ingest; its devices are made where they are absent. Needs `readings:read` on the source, `readings:write` and `device:create` here; a site with devices that can be controlled needs `confirm` and the right to control each. Four run at a time, one live one into a site.',
        params: SiteParams,
        body: StartReplay,
        response: { 201: ReplayOut },
      },
    },
    async (request, reply) => {
      const { site } = request.params
      const replay =
        request.body.mode === 'live'
          ? await startLive(services, site, request.body, request.principal)
          : await startLab(services, site, request.body)
      return reply
        .code(201)
        .header('location', `/api/sites/${site}/replays/${replay.id}`)
        .send(replayOut(replay.status))
    },
  )
  app.get(
    '/api/sites/:site/replays',
    {
      config: { action: 'rules:read' },
      schema: {
        operationId: 'listReplays',
        tags,
        summary: 'Replays since the start of the server, and the last live ones before it, newest first',
        params: SiteParams,
        response: { 200: z.object({ items: z.array(ReplayOut) }) },
      },
    },
    async request => ({ items: replays.list(request.params.site).map(replayOut) }),
  )
  app.get(
    '/api/sites/:site/replays/:replay',
    {
      config: { action: 'rules:read' },
      schema: { operationId: 'getReplay', tags, params: ReplayParams, response: { 200: ReplayOut } },
    },
    async request => replayOut(replayOf(request.params).status),
  )
  app.patch(
    '/api/sites/:site/replays/:replay',
    {
      config: { action: 'rules:write' },
      schema: {
        operationId: 'changeReplay',
        tags,
        summary:
          'Change the speed of a replay in the lab, pause it, or skip ahead; one that is over stays as it is',
        params: ReplayParams,
        body: z.object({
          speed: speed.optional(),
          paused: z.boolean().optional(),
          through: z
            .number()
            .optional()
            .describe(
              'Where its clock shall stand at the least, epoch ms; what lies between is played as fast as possible.',
            ),
        }),
        response: { 200: ReplayOut },
      },
    },
    async request => {
      const replay = replayOf(request.params)
      if (!(replay instanceof Replay))
        throw new Conflict(
          'replay',
          'a live replay keeps its pace, as its readings are stored; it can be stopped',
        )
      const { speed, paused, through } = request.body
      replay.change({
        ...(speed !== undefined && { speed }),
        ...(paused !== undefined && { paused }),
        ...(through !== undefined && { through }),
      })
      return replayOut(replay.status)
    },
  )
  app.delete(
    '/api/sites/:site/replays/:replay',
    {
      config: { action: 'rules:write' },
      schema: {
        operationId: 'stopReplay',
        tags,
        summary: 'Stop a replay; its result so far stays, and what a live one has sent',
        params: ReplayParams,
        response: { 204: Empty },
      },
    },
    async (request, reply) => {
      await replayOf(request.params).stop()
      return reply.code(204).send()
    },
  )
  app.get(
    '/api/sites/:site/replays/:replay/stream',
    {
      config: { action: 'rules:read' },
      schema: {
        operationId: 'streamReplay',
        tags,
        summary:
          'Server-sent events of a replay: `said`, first what it said so far, and `progress`; ends with it',
        params: ReplayParams,
        produces: ['text/event-stream'],
      },
    },
    (request, reply) => {
      const replay = replayOf(request.params)
      const { site } = request.params
      reply.hijack()
      const allowed = async () => may(await principalOf(request, {}, who), 'rules:read', { site })
      streamReplay(replay, reply as FastifyReply, { allowed, clock })
    },
  )

  function replayOf({ site, replay }: { site: string; replay: string }): RunningReplay {
    const found = replays.get(site, replay)
    if (!found) throw new NotFound()
    return found
  }
}
