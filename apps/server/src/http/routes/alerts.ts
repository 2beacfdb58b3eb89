import { severities } from '@ohmstead/model'
import { actorOf } from '@ohmstead/registry'
import { z } from 'zod'
import { alertOut, eventOut } from '../../rules/publisher.ts'
import { webhookKey } from '../../rules/webhooks.ts'
import type { Services } from '../../services.ts'
import type { App } from '../app.ts'
import { NotFound } from '../errors.ts'
import { SiteParams } from '../schemas.ts'

const tags = ['rules']

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

type Parts = Pick<Services, 'rules' | 'alerts' | 'webhookSecret'>

/** What rules say: alerts and events, and the key that their webhooks are signed with. */
export function alertRoutes(app: App, { rules, alerts, webhookSecret }: Parts): void {
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
