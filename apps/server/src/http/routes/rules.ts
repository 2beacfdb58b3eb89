import {
  fieldInfo,
  Rule,
  RuleDefinition,
  RuleInput,
  RulePatch,
  RuleVersion,
  severities,
} from '@ohmstead/model'
import { actorOf } from '@ohmstead/registry'
import { aggregateNames, functionNames, keywordNames, windowNames } from '@ohmstead/streams'
import { z } from 'zod'
import type { Link } from '../../rules/chain.ts'
import type { Compiled as RuleCompiled } from '../../rules/compile.ts'
import { madeStreams } from '../../rules/compile.ts'
import type { Judgement } from '../../rules/judgements.ts'
import { alertOut, eventOut } from '../../rules/publisher.ts'
import { templates } from '../../rules/templates/index.ts'
import { webhookKey } from '../../rules/webhooks.ts'
import type { Services } from '../../services.ts'
import type { App } from '../app.ts'
import { NotFound } from '../errors.ts'
import { siteOf } from '../lookup.ts'
import { Empty, id, PageQuery, pageOf, SiteParams } from '../schemas.ts'

const tags = ['rules']
const RuleParams = SiteParams.extend({ rule: id })

const State = z.object({
  state: z
    .enum(['starting', 'running', 'stopped', 'off', 'failed'])
    .describe(
      '`stopped`: it took more than its share; `failed`: it cannot be run any more. `reason` says why.',
    ),
  reason: z.string().nullable(),
  through: z.number().nullable().describe('Where its clock stands, epoch ms.'),
  lastSaid: z.number().nullable().describe('Time of the last thing that it said, epoch ms.'),
  held: z.number().describe('Events and partial matches that it holds.'),
  readings: z.number().describe('Readings since the start.'),
  late: z.number().describe('Readings since the start that came after their time.'),
  ignored: z.number().describe('Of these, those that could not be counted in any more.'),
  busyMs: z.number().describe('Time that it has worked since the start, ms.'),
})

const Need = z.object({
  measurement: z.string(),
  devices: z.array(z.string()).nullable().describe('Null: all.'),
  fields: z
    .array(z.string())
    .nullable()
    .describe('Null: all. Names that occur, which need not all be fields.'),
})

export const RuleOut = Rule.extend({
  sentence: z.string().describe('The rule in words; names stand between stars.'),
  epl: z.string().describe('What is run: the text itself, or what the template made.'),
  needs: z.array(Need).describe('What it looks at.'),
  units: z.record(z.string(), z.string()).describe('UCUM units of what its rows hold, by name.'),
  usedBy: z.array(z.string()).describe('Rules that look at a stream that this one inserts into.'),
  status: State,
})

const Compiled = z.object({
  sentence: z.string(),
  epl: z.string(),
  definition: RuleDefinition,
  needs: z.array(Need),
  units: RuleOut.shape.units,
  streams: z
    .array(
      z.object({ stream: z.string(), rules: z.array(z.string()).describe('Those that insert into it.') }),
    )
    .describe('Streams of other rules that it looks at.'),
  memoryMs: z.number().describe('How far back it has to look, ms.'),
})

const TemplateOut = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  parameters: z.record(z.string(), z.unknown()).describe('JSON Schema of its parameters.'),
})

const Names = z.array(z.string())
const Vocabulary = z.object({
  streams: z.array(
    z.object({
      name: z.string(),
      fields: z.array(
        z.object({
          name: z.string(),
          kind: z.string().describe('`number`, `boolean`, `string` …'),
          unit: z.string().nullable().describe('UCUM code of a number; null where it has none.'),
          description: z.string().nullable(),
        }),
      ),
    }),
  ),
  functions: Names,
  aggregates: Names,
  windows: Names,
  keywords: Names,
})

export const AlertOut = z.object({
  id: z.string(),
  site: z.string(),
  rule: z.string(),
  version: z.number(),
  key: z.string().describe('What it is about: a device, or what the rule calls `key`. One is open for each.'),
  device: z.string().nullable(),
  severity: z.enum(severities),
  sentence: z.string(),
  state: z.enum(['raised', 'acknowledged', 'cleared']),
  raisedAt: z.number().describe('Time of the data, epoch ms; so are the others.'),
  acknowledgedAt: z.number().nullable(),
  acknowledgedBy: z.string().nullable(),
  clearedAt: z.number().nullable(),
  clearedBy: z.enum(['rule', 'person', 'changed', 'revised']).nullable(),
  row: z.record(z.string(), z.unknown()).describe('What the rule gave.'),
})

export const EventOut = z.object({
  seq: z.number().describe('Grows in the order in which things became known.'),
  id: z.string().describe('The same for the same thing, however often it is told.'),
  site: z.string(),
  rule: z.string(),
  version: z.number(),
  kind: z.enum(['raised', 'cleared', 'event']),
  key: z.string(),
  device: z.string().nullable(),
  time: z.number().describe('Time of the data, epoch ms.'),
  recordedAt: z.number(),
  retracted: z.boolean().describe('Late readings told otherwise.'),
  row: z.record(z.string(), z.unknown()),
})

type Parts = Pick<Services, 'registry' | 'rules' | 'alerts' | 'webhookSecret'>

/** Rules of a site, what they say, and the alerts that follow. */
export function ruleRoutes(app: App, services: Parts): void {
  const { registry, rules } = services
  const allOut = (site: string, items: readonly Rule[], judged?: Judgement) =>
    rules.shown.of(site, items, judged).map(({ sentence, epl, needs, units, usedBy, status }, at) => ({
      ...items[at],
      ...{ sentence, epl, needs: needs.map(needOut), units, usedBy, status },
    }))
  const out = (rule: Rule, judged?: Judgement) => allOut(rule.site, [rule], judged)[0]

  app.get(
    '/api/rule-templates',
    {
      config: { action: 'rules:read', anywhere: true },
      schema: {
        operationId: 'listRuleTemplates',
        tags,
        summary: 'Rules that can be filled in, with the schemas of their forms',
        response: { 200: z.object({ items: z.array(TemplateOut) }) },
      },
    },
    async () => ({
      items: templates.map(({ name, title, description, parameters }) => ({
        ...{ name, title, description },
        parameters: z.toJSONSchema(parameters, { io: 'input', unrepresentable: 'any' }) as Record<
          string,
          unknown
        >,
      })),
    }),
  )
  app.get(
    '/api/sites/:site/rule-vocabulary',
    {
      config: { action: 'rules:read' },
      schema: {
        operationId: 'getRuleVocabulary',
        tags,
        summary: 'The names that a rule of the site can use: its streams, and the words of EPL',
        params: SiteParams,
        response: { 200: Vocabulary },
      },
    },
    async request => {
      siteOf(registry, request.params.site)
      const around = rules.surroundings(request.params.site)
      return {
        streams: [...around.vocabulary.values(), ...madeStreams(around)].map(({ name, fields }) => ({
          name,
          fields: fields.map(field => ({
            name: field.name,
            kind: field.type.kind,
            unit: (field.type.kind === 'number' ? field.type.unit : undefined) ?? null,
            description: fieldInfo(name, field.name)?.description ?? null,
          })),
        })),
        functions: [...functionNames],
        aggregates: [...aggregateNames],
        windows: [...windowNames],
        keywords: [...keywordNames],
      }
    },
  )
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
        response: { 200: Compiled },
      },
    },
    async request => {
      const { site } = request.params
      siteOf(registry, site)
      const { id, ...draft } = request.body
      const compiled = rules.compile(site, id === undefined ? draft : { ...draft, id })
      const { needs, sentence, epl, definition, units, memoryMs } = compiled
      const said = { sentence, epl, definition, units, memoryMs }
      return { ...said, needs: needs.map(needOut), streams: streamsOf(compiled) }
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
  saidRoutes(app, services)
}

function saidRoutes(app: App, { rules, alerts, webhookSecret }: Parts): void {
  const AlertParams = SiteParams.extend({ alert: z.string().max(60) })
  app.get(
    '/api/sites/:site/alerts',
    {
      config: { action: 'rules:read' },
      schema: {
        operationId: 'listAlerts',
        tags,
        summary: 'Alerts, newest first',
        params: SiteParams,
        querystring: z.object({
          open: z.enum(['true', 'false']).optional().describe('Only those that are open, or that are not.'),
          rule: z.string().max(63).optional(),
          before: z.coerce.number().optional().describe('Raised before, epoch ms.'),
          limit: z.coerce.number().int().min(1).max(500).optional(),
        }),
        response: { 200: z.object({ items: z.array(AlertOut) }) },
      },
    },
    async request => {
      const { open, rule, before, limit = 100 } = request.query
      const filter = {
        ...(open !== undefined && { open: open === 'true' }),
        ...(rule !== undefined && { rule }),
        ...(before !== undefined && { before }),
      }
      return { items: alerts.alerts(request.params.site, { ...filter, limit }).map(alertOut) }
    },
  )
  app.post(
    '/api/sites/:site/alerts/:alert/acknowledge',
    {
      config: { action: 'alerts:acknowledge' },
      schema: {
        operationId: 'acknowledgeAlert',
        tags,
        summary: 'Say that somebody looks after an alert; the first who says so stands',
        params: AlertParams,
        response: { 200: AlertOut },
      },
    },
    async request => {
      const { site, alert } = request.params
      return alertOut(found(rules.deeds.acknowledge(site, alert, actorOf(request.principal).id)))
    },
  )
  app.post(
    '/api/sites/:site/alerts/:alert/clear',
    {
      config: { action: 'alerts:acknowledge' },
      schema: {
        operationId: 'clearAlert',
        tags,
        summary: 'End an alert by hand; what its rule raises afterwards is a new one',
        params: AlertParams,
        response: { 200: AlertOut },
      },
    },
    async request => alertOut(found(rules.deeds.clear(request.params.site, request.params.alert))),
  )
  app.get(
    '/api/sites/:site/events',
    {
      config: { action: 'rules:read' },
      schema: {
        operationId: 'listEvents',
        tags,
        summary: 'What rules said, newest first',
        params: SiteParams,
        querystring: z.object({
          kind: z.enum(['raised', 'cleared', 'event']).optional(),
          rule: z.string().max(63).optional(),
          device: z.string().max(63).optional(),
          order: z
            .enum(['known', 'time'])
            .optional()
            .describe('By when it became known, which is so when absent, or by the time of the data.'),
          before: z.coerce.number().int().optional().describe('`seq` of the last one of the page before.'),
          limit: z.coerce.number().int().min(1).max(500).optional(),
        }),
        response: { 200: z.object({ items: z.array(EventOut) }) },
      },
    },
    async request => {
      const { kind, rule, device, order, before, limit = 100 } = request.query
      const filter = {
        ...(kind !== undefined && { kind }),
        ...(rule !== undefined && { rule }),
        ...(device !== undefined && { device }),
        ...(order !== undefined && { order }),
        ...(before !== undefined && { before }),
      }
      return { items: alerts.said(request.params.site, { ...filter, limit }).map(eventOut) }
    },
  )
  app.get(
    '/api/sites/:site/webhook-key',
    {
      config: { action: 'rules:write' },
      schema: {
        operationId: 'getWebhookKey',
        tags,
        summary: 'The key that webhooks of the site are signed with',
        description:
          'The header `ohmstead-signature: t=<s>,v1=<hex>` is HMAC-SHA-256 with this text as the key over `<t>.<body>`.',
        params: SiteParams,
        response: { 200: z.object({ key: z.string() }) },
      },
    },
    async request => ({ key: webhookKey(webhookSecret, request.params.site) }),
  )
}

function found<T>(thing: T | undefined): T {
  if (thing === undefined) throw new NotFound()
  return thing
}

/** @returns the streams that the last of the links looks at, with their makers */
function streamsOf({ links }: { links: readonly Link[] }): { stream: string; rules: string[] }[] {
  const { imports } = links.at(-1)!
  return [...imports].map(([stream, makers]) => ({ stream, rules: makers.map(at => links[at].rule) }))
}

function needOut({ measurement, devices, fields }: RuleCompiled['needs'][number]) {
  return { measurement, devices: devices && [...devices], fields: fields && [...fields] }
}
