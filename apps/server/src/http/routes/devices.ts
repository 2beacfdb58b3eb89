import { Device, DeviceInput, DevicePatch } from '@ohmstead/model'
import { actorOf } from '@ohmstead/registry'
import { z } from 'zod'
import type { Services } from '../../services.ts'
import type { App } from '../app.ts'
import {
  DeviceParams,
  Empty,
  id,
  longestRemovalMs,
  PageQuery,
  pageOf,
  removalText,
  SiteParams,
} from '../schemas.ts'

const tags = ['devices']

/** Devices of a site, and the passwords that they sign in with. */
export function deviceRoutes(
  app: App,
  { registry, removals }: Pick<Services, 'registry' | 'removals'>,
): void {
  app.get(
    '/api/sites/:site/devices',
    {
      config: { action: 'site:read' },
      schema: {
        operationId: 'listDevices',
        tags,
        params: SiteParams,
        querystring: PageQuery.extend({
          place: id.optional().describe('There or below.'),
          type: z.string().max(60).optional(),
          enabled: z.enum(['true', 'false']).optional(),
        }),
        response: { 200: pageOf(Device) },
      },
    },
    async request => {
      const { enabled, ...query } = request.query
      const filter = enabled === undefined ? query : { ...query, enabled: enabled === 'true' }
      return registry.devices.list(request.params.site, filter)
    },
  )
  app.post(
    '/api/sites/:site/devices',
    {
      config: { action: 'device:create' },
      schema: {
        operationId: 'createDevice',
        tags,
        params: SiteParams,
        body: DeviceInput,
        response: { 201: Device },
      },
    },
    async (request, reply) => {
      const device = await registry.devices.create(
        actorOf(request.principal),
        request.params.site,
        request.body,
      )
      return reply.code(201).header('location', `/api/sites/${device.site}/devices/${device.id}`).send(device)
    },
  )
  app.get(
    '/api/sites/:site/devices/:device',
    {
      // A token that opens one device may look at it.
      config: { action: 'readings:read' },
      schema: { operationId: 'getDevice', tags, params: DeviceParams, response: { 200: Device } },
    },
    async request => registry.devices.get(request.params.site, request.params.device),
  )
  app.patch(
    '/api/sites/:site/devices/:device',
    {
      config: { action: 'device:write' },
      schema: {
        operationId: 'updateDevice',
        tags,
        params: DeviceParams,
        body: DevicePatch,
        response: { 200: Device },
      },
    },
    async request => {
      const { site, device } = request.params
      return registry.devices.update(actorOf(request.principal), site, device, request.body)
    },
  )
  app.delete(
    '/api/sites/:site/devices/:device',
    {
      config: { action: 'device:write' },
      schema: {
        operationId: 'removeDevice',
        tags,
        summary: 'Remove a device with everything of it: passwords, tokens, readings, energy',
        description: removalText,
        params: DeviceParams,
        response: { 204: Empty },
      },
    },
    async (request, reply) => {
      const { site, device } = request.params
      await registry.devices.remove(actorOf(request.principal), site, device)
      await removals.settled(longestRemovalMs)
      return reply.code(204).send()
    },
  )
  credentialRoutes(app, registry)
}

function credentialRoutes(app: App, { credentials }: Services['registry']): void {
  const Credential = z.object({
    id: z.string(),
    site: z.string(),
    device: z.string(),
    name: z.string(),
    createdAt: z.number(),
    lastUsedAt: z.number().nullable().describe('To the minute.'),
  })
  app.get(
    '/api/sites/:site/devices/:device/credentials',
    {
      config: { action: 'credentials:issue' },
      schema: {
        operationId: 'listCredentials',
        tags,
        summary: 'Passwords of a device, without the passwords',
        params: DeviceParams,
        response: { 200: z.object({ items: z.array(Credential) }) },
      },
    },
    async request => ({ items: await credentials.list(request.params.site, request.params.device) }),
  )
  app.post(
    '/api/sites/:site/devices/:device/credentials',
    {
      config: { action: 'credentials:issue' },
      schema: {
        operationId: 'issueCredential',
        tags,
        summary: 'A password for MQTT and HTTP Basic, shown this once',
        params: DeviceParams,
        body: z.object({ name: z.string().max(120).optional().describe('Tells several apart.') }).nullish(),
        response: { 201: z.object({ id: z.string(), username: z.string(), password: z.string() }) },
      },
    },
    async (request, reply) => {
      const { site, device } = request.params
      const issued = await credentials.issue(actorOf(request.principal), site, device, request.body?.name)
      return reply.code(201).send(issued)
    },
  )
  app.delete(
    '/api/sites/:site/devices/:device/credentials/:credential',
    {
      config: { action: 'credentials:issue' },
      schema: {
        operationId: 'revokeCredential',
        tags,
        params: DeviceParams.extend({ credential: z.string().max(100) }),
        response: { 204: Empty },
      },
    },
    async (request, reply) => {
      const { site, device, credential } = request.params
      await credentials.revoke(actorOf(request.principal), site, device, credential)
      return reply.code(204).send()
    },
  )
}
