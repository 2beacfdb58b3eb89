import { InvalidInput, RuleAction, RuleDefinition } from '@ohmstead/model'
import { actorOf, Conflict, may, type Principal } from '@ohmstead/registry'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import type { LaneOptions } from '../../rules/lane.ts'
import { demandsOf, reasonToStop, requireConfirmed, type Way } from '../../rules/liveRights.ts'
import { Replay, type ReplayStatus, type RunningReplay } from '../../rules/replays.ts'
import { Sandbox } from '../../rules/sandbox.ts'
import { type Told, trial, unsaved } from '../../rules/trial.ts'
import type { Services } from '../../services.ts'
import { demand } from '../access.ts'
import type { App } from '../app.ts'
import { NotFound } from '../errors.ts'
import { answerHeaders } from '../headers.ts'
import { siteOf } from '../lookup.ts'
import { type Identification, principalOf } from '../principal.ts'
import { disconnected, sendStream, whenOver } from '../replies.ts'
import { Empty, id, SiteParams } from '../schemas.ts'
import { timeRange } from '../time.ts'
import { callerOf, type Turns } from '../turns.ts'

const tags = ['rules']
const ReplayParams = SiteParams.extend({ replay: z.uuid() })
/** A reading a second then comes each third of a millisecond. */
const fastestLive = 3600
const longestMs = 400 * 86_400_000
const heartbeatMs = 15_000
const maxWaitingBytes = 1_048_576

const time = z
  .union([z.string().max(60), z.number()])
  .describe('ISO 8601, epoch ms, `now`, or before now: `-30d`.')
const Period = z.object({ from: time, to: time.default('now') })
const Trial = z.object({
  id: id
    .optional()
    .describe(
      'Of the rule that it is to be a version of: what is saved under it then counts as no other rule.',
    ),
  definition: RuleDefinition,
  actions: z
    .array(RuleAction)
    .min(1)
    .max(10)
    .default([{ kind: 'alert', severity: 'medium' }]),
})

const speed = z
  .number()
  .positive()
  .max(1e7)
  .nullable()
  .describe('Times as fast as it was, 1 for real time; null as fast as possible.')
const StartReplay = Period.extend({
  mode: z
    .enum(['lab', 'live'])
    .default('lab')
    .describe(
      '`lab`: to rules, touching nothing. `live`: into this site, through ingest, as if it happened now.',
    ),
  speed: z
    .number()
    .positive()
    .max(1e7)
    .nullish()
    .describe(
      'Times as fast as it was, 1 for real time. In the lab null, which is the default there, is as fast as possible; live it is 1 to 3600, and 1 when absent.',
    ),
  rules: z.array(z.string().max(63)).max(50).default([]).describe('Of the lab.'),
  trials: z.array(Trial).max(10).default([]).describe('Of the lab.'),
  source: z.string().max(63).optional().describe('Live: the site whose stored readings are sent.'),
  confirm: z
    .boolean()
    .default(false)
    .describe(
      'Live: that the site may have devices that can be controlled; needs the right to control them.',
    ),
})

const ReplayOut = z.object({
  id: z.string(),
  mode: z.enum(['lab', 'live']),
  site: z.string(),
  source: z.string().describe('Whose stored readings are played.'),
  from: z.number(),
  to: z.number(),
  speed: z.number().nullable(),
  paused: z.boolean().describe('Its clock stands still until it is told to go on.'),
  startedAt: z.number(),
  rules: z.array(z.object({ id: z.string(), sentence: z.string(), stopped: z.string().nullable() })),
  state: z.enum(['running', 'done', 'stopped', 'failed']),
  through: z.number().describe('Where its clock stands, epoch ms.'),
  progress: z.number().describe('0–1.'),
  readings: z.number(),
  said: z.number(),
  sent: z.number().describe('Live: values that are stored in the site.'),
  total: z.number().nullable().describe('Live: values of the period; null while they are counted.'),
  rejected: z.number().describe('Live: what ingest refused; the quarantine of the site says why.'),
  lateMs: z.number().describe('Live: how far it is behind its own schedule.'),
  reason: z.string().nullable(),
})

/** Rules over the past: trials at full speed, and replays: in the lab, where nothing is stored or sent, or live. */
export function replayRoutes(app: App, services: Services, turns: Turns, who: Identification): void {
  const { registry, rules, store, replays, ingest, clock } = services

  /** @throws RuleFault · InvalidInput */
  function laneOf(site: string, given: z.output<typeof Trial>, called: string) {
    const compiled = rules.compile(site, given)
    const rule = unsaved(site, called, given)
    const { zone } = rules.surroundings(site)
    const placeOf = (device: string) => registry.devices.known(site, device)?.place ?? null
    return { rule, compiled, zone, store: rules.readings, placeOf } satisfies Partial<LaneOptions>
  }

  /** @throws InvalidInput · NotFound */
  function periodOf(site: string, { from, to }: z.output<typeof Period>) {
    const { timezone: zone } = siteOf(registry, site)
    const range = timeRange({ from: String(from), to: String(to) }, { zone, now: clock.now() })
    if (range.to - range.from > longestMs) throw new InvalidInput('from', 'at most 400 days before `to`')
    return range
  }

  async function startLab(site: string, body: z.output<typeof StartReplay>): Promise<RunningReplay> {
    const { speed = null, rules: ids, trials } = body
    const { from, to } = periodOf(site, body)
    if (ids.length + trials.length === 0)
      throw new InvalidInput('rules', 'name a rule, or give one in `trials`')
    const named = await Promise.all(ids.map(id => registry.rules.get(site, id)))
    const lanes = [
      ...named.map(rule => laneOf(site, rule, rule.id)),
      ...trials.map((given, at) => laneOf(site, given, `trial-${at}`)),
    ]
    return replays.start({ site, from, to, speed, rules: lanes })
  }

  async function startLive(
    site: string,
    body: z.output<typeof StartReplay>,
    principal: Principal,
  ): Promise<RunningReplay> {
    const { source, confirm } = body
    const speed = body.speed ?? 1
    if (source === undefined) throw new InvalidInput('source', 'name the site whose readings are to be sent')
    if (source === site) throw new InvalidInput('source', 'a site cannot be played into itself')
    if (speed < 1 || speed > fastestLive) throw new InvalidInput('speed', `expected 1 to ${fastestLive}`)
    if (body.rules.length + body.trials.length > 0)
      throw new InvalidInput(
        'rules',
        'are of the lab; live, the rules of the site that is played into run by themselves',
      )
    const way: Way = { site, source, confirm }
    for (const [action, on] of demandsOf(registry, way)) demand(principal, action, on)
    requireConfirmed(registry, way)
    const { from, to } = periodOf(source, body)
    const by = actorOf(principal)
    const sandbox = new Sandbox({ registry, by, site, source, speed })
    const replay = replays.startLive(
      { site, source, from, to, speed, principal },
      {
        ...{ store, ingest },
        makeDevice: device => sandbox.make(device),
        reasonToStop: () => reasonToStop(registry, principal, way, clock.now()),
      },
    )
    const after = { source, from, to, speed, confirm }
    await registry.audit
      .append({ who: by, action: 'replay.start', what: `sites/${site}/replays/${replay.id}`, site, after })
      .catch(error => replay.stop('it could not be noted in the audit log').then(() => Promise.reject(error)))
    return replay
  }

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
      const { from, to } = periodOf(site, request.body)
      const lanes = request.body.rules.map((given, at) => laneOf(site, given, `trial-${at}`))
      const signal = disconnected(reply as FastifyReply)
      whenOver(reply as FastifyReply, await turns.take(callerOf(request.principal), signal))
      const told = trial(lanes.map(lane => ({ ...lane, from, end: to, signal })))
      return sendStream((reply as FastifyReply).type('application/x-ndjson; charset=utf-8'), linesOf(told))
    },
  )
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
          ? await startLive(site, request.body, request.principal)
          : await startLab(site, request.body)
      return reply
        .code(201)
        .header('location', `/api/sites/${site}/replays/${replay.id}`)
        .send(outOf(replay.status))
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
    async request => ({ items: replays.list(request.params.site).map(outOf) }),
  )
  app.get(
    '/api/sites/:site/replays/:replay',
    {
      config: { action: 'rules:read' },
      schema: { operationId: 'getReplay', tags, params: ReplayParams, response: { 200: ReplayOut } },
    },
    async request => outOf(replayOf(request.params).status),
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
      return outOf(replay.status)
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
      stream(replay, reply as FastifyReply, { allowed, services })
    },
  )

  function replayOf({ site, replay }: { site: string; replay: string }): RunningReplay {
    const found = replays.get(site, replay)
    if (!found) throw new NotFound()
    return found
  }
}

async function* linesOf(told: AsyncIterable<Told>): AsyncGenerator<Uint8Array> {
  for await (const one of told) yield Buffer.from(`${JSON.stringify(one)}\n`)
}

const outOf = (status: ReplayStatus) => ({ ...status, rules: [...status.rules] })

function stream(
  replay: RunningReplay,
  { raw }: FastifyReply,
  { allowed, services }: { allowed: () => Promise<boolean>; services: Pick<Services, 'clock'> },
): void {
  raw.writeHead(200, {
    ...answerHeaders,
    'content-type': 'text/event-stream; charset=utf-8',
    'x-accel-buffering': 'no',
  })
  const send = (type: string, data: unknown) => {
    raw.write(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`)
    if (raw.writableLength > maxWaitingBytes) raw.destroy()
  }
  const beat = () => {
    cancel = services.clock.after(heartbeatMs, beat)
    raw.write(': beat\n\n')
    allowed().then(
      still => still || raw.end(),
      () => {},
    )
  }
  for (const one of replay.said) send('said', one)
  send('progress', replay.status)
  if (replay.status.state !== 'running') {
    raw.end()
    return
  }
  let cancel = services.clock.after(heartbeatMs, beat)
  const unlisten = replay.listen(({ type, data }) => send(type, data))
  void replay.over.then(() => raw.end())
  raw.once('close', () => {
    unlisten()
    cancel()
  })
}
