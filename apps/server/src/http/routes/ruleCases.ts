import { CaseSaid, InvalidInput, RuleCase, RuleDefinition, RuleInput, slug } from '@ohmstead/model'
import { actorOf } from '@ohmstead/registry'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type CaseLane, expectedOf, runCase } from '../../rules/cases.ts'
import type { Services } from '../../services.ts'
import type { App } from '../app.ts'
import { siteOf } from '../lookup.ts'
import { disconnected, whenOver } from '../replies.ts'
import { laneOf } from '../rules/past.ts'
import { RuleParams } from '../rules/ruleSchemas.ts'
import { Empty, id } from '../schemas.ts'
import { timeRange } from '../time.ts'
import { callerOf, type Turns } from '../turns.ts'

const tags = ['rules']
const longestMs = 100 * 86_400_000

const time = z.union([z.string().max(60), z.number()]).describe('ISO 8601, epoch ms, or before now: `-30d`.')
const Said = CaseSaid.extend({ time: z.number().describe('Of the data, epoch ms.') })

const CaseOut = RuleCase.omit({ site: true, rule: true, basis: true }).extend({
  from: z.number().describe('Epoch ms; so are the others.'),
  expected: z.array(Said).describe('What the rule said, and has to say.'),
})

const Result = z.object({
  id: z.string(),
  name: z.string(),
  passed: z.boolean().nullable().describe('Null: it cannot be told; `note` says why.'),
  missing: z.array(Said).describe('What the rule no longer says; the first 100.'),
  unexpected: z.array(Said).describe('What it says besides; the first 100.'),
  note: z.string().nullable(),
})

type Parts = Pick<Services, 'registry' | 'rules' | 'clock'>
type Draft = Pick<z.output<typeof RuleInput>, 'definition' | 'actions'>

/** Regression tests of rules: what one said in a period, to be said again by each draft of it. */
export function ruleCaseRoutes(app: App, { registry, rules, clock }: Parts, turns: Turns): void {
  /** @throws RuleFault · InvalidInput */
  const caseLane = (site: string, id: string, draft: Draft): CaseLane =>
    laneOf({ registry, rules }, site, { ...draft, id }, 'trial-0')

  /** @throws InvalidInput */
  function periodOf(site: string, { from, to }: { from: string | number; to: string | number }) {
    const { timezone: zone } = siteOf(registry, site)
    const now = clock.now()
    const range = timeRange({ from: String(from), to: String(to) }, { zone, now })
    if (range.to > now) throw new InvalidInput('to', 'has to be over')
    if (range.to - range.from > longestMs) throw new InvalidInput('from', 'at most 100 days before `to`')
    return range
  }

  /** The caller's turn, until it is answered. @returns ends when the caller is gone */
  async function turn(request: Pick<FastifyRequest, 'principal'>, reply: FastifyReply): Promise<AbortSignal> {
    const signal = disconnected(reply)
    whenOver(reply, await turns.take(callerOf(request.principal), signal))
    return signal
  }

  app.get(
    '/api/sites/:site/rules/:rule/cases',
    {
      config: { action: 'rules:read' },
      schema: {
        operationId: 'listRuleCases',
        tags,
        summary: 'The regression tests of a rule',
        params: RuleParams,
        response: { 200: z.object({ items: z.array(CaseOut) }) },
      },
    },
    async ({ params }) => ({ items: (await registry.ruleCases.list(params.site, params.rule)).map(outOf) }),
  )
  app.post(
    '/api/sites/:site/rules/:rule/cases',
    {
      config: { action: 'rules:write' },
      schema: {
        operationId: 'createRuleCase',
        tags,
        summary: 'Keep what a rule says in a period as a regression test',
        description:
          'Runs the rule as it is saved over the stored readings of the period, of 100 days at most. 1000 things can be kept, and 50 cases of a rule.',
        params: RuleParams,
        body: RuleCase.pick({ name: true }).extend({
          id: id.optional().describe('Made from the name when absent.'),
          from: time,
          to: time,
        }),
        response: { 201: CaseOut },
      },
    },
    async (request, reply) => {
      const { site, rule } = request.params
      const { name, id = slug(name) } = request.body
      const period = periodOf(site, request.body)
      const lane = caseLane(site, rule, await registry.rules.get(site, rule))
      const signal = await turn(request, reply as FastifyReply)
      const made = { site, rule, id, name, ...period, ...(await expectedOf(lane, period, signal)) }
      const kept = await registry.ruleCases.add(actorOf(request.principal), made)
      return reply
        .code(201)
        .header('location', `/api/sites/${site}/rules/${rule}/cases/${id}`)
        .send(outOf(kept))
    },
  )
  app.delete(
    '/api/sites/:site/rules/:rule/cases/:case',
    {
      config: { action: 'rules:write' },
      schema: {
        operationId: 'removeRuleCase',
        tags,
        params: RuleParams.extend({ case: id }),
        response: { 204: Empty },
      },
    },
    async (request, reply) => {
      const { site, rule, case: one } = request.params
      await registry.ruleCases.remove(actorOf(request.principal), site, rule, one)
      return reply.code(204).send()
    },
  )
  app.post(
    '/api/sites/:site/rules/:rule/cases/run',
    {
      config: { action: 'rules:read' },
      schema: {
        operationId: 'runRuleCases',
        tags,
        summary: 'Whether a rule, or a draft of it, still says what its regression tests expect',
        description:
          'Nothing is stored or sent. A case whose readings are gone neither passes nor fails. Without a body the rule as it is saved.',
        params: RuleParams,
        body: z
          .object({ definition: RuleDefinition.optional(), actions: RuleInput.shape.actions.optional() })
          .nullish(),
        response: { 200: z.object({ items: z.array(Result) }) },
      },
    },
    async (request, reply) => {
      const { site, rule } = request.params
      const saved = await registry.rules.get(site, rule)
      const { definition = saved.definition, actions = saved.actions } = request.body ?? {}
      const lane = caseLane(site, rule, { definition, actions })
      const signal = await turn(request, reply as FastifyReply)
      const items = []
      for (const one of await registry.ruleCases.list(site, rule))
        items.push(await runCase(one, lane, signal))
      return { items }
    },
  )
}

function outOf({ site: _, rule: __, basis: ___, ...shown }: RuleCase): z.output<typeof CaseOut> {
  return shown
}
