import { type Rule, RuleInput, RulePatch, RuleVersion } from '@ohmstead/model'
import { actorOf } from '@ohmstead/registry'
import { z } from 'zod'
import type { Judgement } from '../../rules/judgements.ts'
import type { Services } from '../../services.ts'
import type { App } from '../app.ts'
import { siteOf } from '../lookup.ts'
import { CompiledOut, compiledOut, RuleOut, RuleParams, ruleOut } from '../rules/ruleSchemas.ts'
import { Empty, id, PageQuery, pageOf, SiteParams } from '../schemas.ts'

const tags = ['rules']

/** Rules of a site: made, shown, changed, removed. */
export function ruleRoutes(app: App, { registry, rules }: Pick<Services, 'registry' | 'rules'>): void {
  const allOut = (site: string, items: readonly Rule[], judged?: Judgement) =>
    rules.shown.of(site, items, judged).map((shown, at) => ruleOut(items[at], shown))
  const out = (rule: Rule, judged?: Judgement) => allOut(rule.site, [rule], judged)[0]

  app.get(
    '/api/sites/:site/rules',
    {
      config: { action: 'rules:read' },
      schema: {
        operationId: 'listRules',
        tags,
        summary: 'The rules of a site, each with its sentence and how it is doing',
        params: SiteParams,
        querystring: PageQuery,
        response: { 200: pageOf(RuleOut) },
      },
    },
    async request => {
      const { site } = request.params
      const { items, next } = await registry.rules.list(site, request.query)
      return { items: allOut(site, items), next }
    },
  )
  app.post(
    '/api/sites/:site/rules',
    {
      config: { action: 'rules:write' },
      schema: {
        operationId: 'createRule',
        tags,
        summary: 'Make a rule',
        description:
          'What cannot be run is refused with `line`, `column` and `expected`. The rule learns from the past what is so already; it says nothing of what was over.',
        params: SiteParams,
        body: RuleInput,
        response: { 201: RuleOut },
      },
    },
    async (request, reply) => {
      const { site } = request.params
      siteOf(registry, site)
      const judged = rules.compile(site, request.body)
      const rule = await registry.rules.create(actorOf(request.principal), site, {
        ...request.body,
        definition: judged.definition,
      })
      await rules.ready()
      return reply.code(201).header('location', `/api/sites/${site}/rules/${rule.id}`).send(out(rule, judged))
    },
  )
  app.post(
    '/api/sites/:site/rules/check',
    {
      config: { action: 'rules:read' },
      schema: {
        operationId: 'checkRule',
        tags,
        summary: 'What a rule would be: its sentence, its EPL, what it looks at; or what is wrong with it',
        params: SiteParams,
        body: RuleInput.pick({ definition: true, actions: true }).extend({
          actions: RuleInput.shape.actions.default([{ kind: 'event' }]),
          id: id.optional().describe('Of the rule that it is to be a version of.'),
        }),
        response: { 200: CompiledOut },
      },
    },
    async request => {
      const { site } = request.params
      siteOf(registry, site)
      const { id, ...draft } = request.body
      return compiledOut(rules.compile(site, id === undefined ? draft : { ...draft, id }))
    },
  )
  app.get(
    '/api/sites/:site/rules/:rule',
    {
      config: { action: 'rules:read' },
      schema: { operationId: 'getRule', tags, params: RuleParams, response: { 200: RuleOut } },
    },
    async request => out(await registry.rules.get(request.params.site, request.params.rule)),
  )
  app.patch(
    '/api/sites/:site/rules/:rule',
    {
      config: { action: 'rules:write' },
      schema: {
        operationId: 'updateRule',
        tags,
        summary: 'Change a rule; a new version when what it says or does changes',
        params: RuleParams,
        body: RulePatch,
        response: { 200: RuleOut },
      },
    },
    async request => {
      const { site, rule } = request.params
      const before = await registry.rules.get(site, rule)
      const { definition = before.definition, actions = before.actions } = request.body
      const isSaid = request.body.definition !== undefined || request.body.actions !== undefined
      const judged = isSaid ? rules.compile(site, { id: rule, definition, actions }) : undefined
      const patch = judged ? { ...request.body, definition: judged.definition, actions } : request.body
      const after = await registry.rules.update(actorOf(request.principal), site, rule, patch)
      await rules.ready()
      return out(after, judged)
    },
  )
  app.delete(
    '/api/sites/:site/rules/:rule',
    {
      config: { action: 'rules:write' },
      schema: {
        operationId: 'removeRule',
        tags,
        summary: 'Remove a rule; its open alerts end, what it said is kept',
        description:
          'Rules that look at a stream that only this one made fail, with a reason that names the stream.',
        params: RuleParams,
        response: { 204: Empty },
      },
    },
    async (request, reply) => {
      await registry.rules.remove(actorOf(request.principal), request.params.site, request.params.rule)
      await rules.ready()
      return reply.code(204).send()
    },
  )
  app.get(
    '/api/sites/:site/rules/:rule/versions',
    {
      config: { action: 'rules:read' },
      schema: {
        operationId: 'listRuleVersions',
        tags,
        summary: 'What a rule was, newest first',
        params: RuleParams,
        response: { 200: z.object({ items: z.array(RuleVersion) }) },
      },
    },
    async request => ({ items: await registry.rules.versions(request.params.site, request.params.rule) }),
  )
}
