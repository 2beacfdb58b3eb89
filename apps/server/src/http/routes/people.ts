import { Member, roles, scopes } from '@ohmstead/model'
import { actorOf, may, NotFound, type Principal, type Resource } from '@ohmstead/registry'
import { z } from 'zod'
import type { Services } from '../../services.ts'
import { demand } from '../access.ts'
import type { App } from '../app.ts'
import { Empty, id, PageQuery, pageOf, SiteParams } from '../schemas.ts'

const key = z.string().min(1).max(100)

/** Members of sites, invitations, tokens, accounts, and the record of what they did. */
export function peopleRoutes(app: App, services: Services): void {
  memberRoutes(app, services)
  invitationRoutes(app, services)
  tokenRoutes(app, services.registry)
  accountAdministration(app, services.registry)
  auditRoutes(app, services.registry)
}

function memberRoutes(app: App, { registry }: Services): void {
  const tags = ['members']
  const MemberParams = SiteParams.extend({ person: key })
  app.get(
    '/api/sites/:site/members',
    {
      config: { action: 'members:read' },
      schema: {
        operationId: 'listMembers',
        tags,
        params: SiteParams,
        querystring: PageQuery,
        response: { 200: pageOf(Member) },
      },
    },
    async request => registry.members.list(request.params.site, request.query),
  )
  app.put(
    '/api/sites/:site/members/:person',
    {
      config: { action: 'members:write' },
      schema: {
        operationId: 'setMember',
        tags,
        summary: 'Add somebody who has an account, or change a role',
        params: MemberParams,
        body: z.object({ role: z.enum(roles) }),
        response: { 200: Member },
      },
    },
    async request => {
      const { site, person } = request.params
      return registry.members.set(actorOf(request.principal), site, person, request.body.role)
    },
  )
  app.delete(
    '/api/sites/:site/members/:person',
    {
      config: { action: 'members:write' },
      schema: { operationId: 'removeMember', tags, params: MemberParams, response: { 204: Empty } },
    },
    async (request, reply) => {
      await registry.members.remove(actorOf(request.principal), request.params.site, request.params.person)
      return reply.code(204).send()
    },
  )
}

const Invitation = z.object({
  id: z.string(),
  site: z.string(),
  email: z.string(),
  role: z.enum(roles),
  createdAt: z.number(),
  expiresAt: z.number(),
})

function invitationRoutes(app: App, { registry, accounts }: Services): void {
  const tags = ['members']
  app.get(
    '/api/sites/:site/invitations',
    {
      config: { action: 'members:read' },
      schema: {
        operationId: 'listInvitations',
        tags,
        params: SiteParams,
        querystring: PageQuery,
        response: { 200: pageOf(Invitation) },
      },
    },
    async request => registry.invitations.list(request.params.site, request.query),
  )
  app.post(
    '/api/sites/:site/invitations',
    {
      config: { action: 'members:write' },
      schema: {
        operationId: 'invite',
        tags,
        summary: 'Invite somebody by e-mail; the link is shown this once',
        params: SiteParams,
        body: z.object({ email: z.email().max(254), role: z.enum(roles) }),
        response: {
          201: z.object({
            invitation: Invitation,
            link: z.string().nullable().describe('For handing over; null when it was mailed.'),
            mailed: z.boolean(),
          }),
        },
      },
    },
    async (request, reply) => {
      const invitation = { site: request.params.site, ...request.body }
      return reply.code(201).send(await accounts.invite(actorOf(request.principal), invitation))
    },
  )
  app.delete(
    '/api/sites/:site/invitations/:invitation',
    {
      config: { action: 'members:write' },
      schema: {
        operationId: 'revokeInvitation',
        tags,
        params: SiteParams.extend({ invitation: key }),
        response: { 204: Empty },
      },
    },
    async (request, reply) => {
      await registry.invitations.revoke(
        actorOf(request.principal),
        request.params.site,
        request.params.invitation,
      )
      return reply.code(204).send()
    },
  )
}

const Token = z.object({
  id: z.string(),
  name: z.string(),
  site: z.string().nullable(),
  device: z.string().nullable(),
  scopes: z.array(z.enum(scopes)),
  owner: z.string().nullable(),
  createdAt: z.number(),
  lastUsedAt: z.number().nullable().describe('To the minute.'),
  expiresAt: z.number().nullable(),
})

function tokenRoutes(app: App, { tokens }: Services['registry']): void {
  const tags = ['tokens']
  app.get(
    '/api/tokens',
    {
      config: { action: 'signed-in' },
      schema: {
        operationId: 'listTokens',
        tags,
        summary: 'The caller’s tokens, or all of a site',
        querystring: PageQuery.extend({ site: id.optional() }),
        response: { 200: pageOf(Token) },
      },
    },
    async request => {
      const { site, ...page } = request.query
      const owner = ownerOf(request.principal)
      if (site !== undefined) demand(request.principal, 'site:read', { site })
      const whole = site !== undefined && may(request.principal, 'tokens:write', { site })
      if (!whole) demand(request.principal, 'tokens:write', { site, owner })
      return tokens.list({ ...page, site, ...(whole || owner === null ? {} : { owner }) })
    },
  )
  app.post(
    '/api/tokens',
    {
      config: { action: 'signed-in' },
      schema: {
        operationId: 'createToken',
        tags,
        summary: 'A token for programs, shown this once; it opens no more than its maker may enter',
        body: z.object({
          name: z.string().trim().min(1).max(120),
          site: id.nullable().optional().describe('The only site it opens; it then opens MQTT too.'),
          device: id.nullable().optional().describe('The only device it opens; needs `site`.'),
          scopes: z.array(z.enum(scopes)).min(1),
          expiresAt: z.number().int().positive().nullable().optional().describe('Epoch ms.'),
        }),
        response: { 201: Token.extend({ token: z.string().describe('Send as Authorization: Bearer …') }) },
      },
    },
    async (request, reply) => {
      const owner = ownerOf(request.principal)
      demand(request.principal, 'tokens:write', { ...siteResource(request.body.site), owner })
      const { token, text } = await tokens.create(actorOf(request.principal), { ...request.body, owner })
      return reply.code(201).send({ ...token, token: text })
    },
  )
  app.delete(
    '/api/tokens/:token',
    {
      config: { action: 'signed-in' },
      schema: {
        operationId: 'revokeToken',
        tags,
        params: z.object({ token: key }),
        response: { 204: Empty },
      },
    },
    async (request, reply) => {
      const token = await tokens.get(request.params.token)
      // Whose token it is must not be found out by trying.
      if (!may(request.principal, 'tokens:write', { ...siteResource(token.site), owner: token.owner }))
        throw new NotFound('token', request.params.token)
      await tokens.revoke(actorOf(request.principal), token.id)
      return reply.code(204).send()
    },
  )
}

function siteResource(site: string | null | undefined): Resource {
  return site === null || site === undefined ? {} : { site }
}

function ownerOf(principal: Principal): string | null {
  return principal.kind === 'person' ? principal.id : null
}

function accountAdministration(app: App, { people }: Services['registry']): void {
  const tags = ['accounts']
  const PersonParams = z.object({ person: key })
  const Person = z.object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    username: z.string().nullable(),
    admin: z.boolean(),
    disabled: z.boolean(),
    createdAt: z.number(),
  })
  app.get(
    '/api/people',
    {
      config: { action: 'platform:read' },
      schema: {
        operationId: 'listPeople',
        tags,
        summary: 'Everybody who has an account',
        querystring: PageQuery,
        response: { 200: pageOf(Person) },
      },
    },
    async request => people.list(request.query),
  )
  app.patch(
    '/api/people/:person',
    {
      config: { action: 'platform:write' },
      schema: {
        operationId: 'updatePerson',
        tags,
        params: PersonParams,
        body: z.object({
          name: z.string().trim().min(1).max(120).optional(),
          admin: z.boolean().optional(),
          disabled: z.boolean().optional(),
        }),
        response: { 200: Person },
      },
    },
    async request => people.update(actorOf(request.principal), request.params.person, given(request.body)),
  )
  app.delete(
    '/api/people/:person',
    {
      config: { action: 'platform:write' },
      schema: { operationId: 'removePerson', tags, params: PersonParams, response: { 204: Empty } },
    },
    async (request, reply) => {
      await people.remove(actorOf(request.principal), request.params.person)
      return reply.code(204).send()
    },
  )
}

/** Without the keys that are there but undefined. */
function given<T extends object>(patch: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as ReturnType<
    typeof given<T>
  >
}

function auditRoutes(app: App, { audit }: Services['registry']): void {
  const tags = ['audit']
  const Entry = z.object({
    seq: z.number().int(),
    time: z.number(),
    who: z.object({ kind: z.string(), id: z.string() }),
    action: z.string(),
    what: z.string(),
    site: z.string().nullable(),
    before: z.unknown(),
    after: z.unknown(),
    hash: z.string().describe('SHA-256 over this entry and the hash before it.'),
  })
  app.get(
    '/api/sites/:site/audit',
    {
      config: { action: 'audit:read' },
      schema: {
        operationId: 'listSiteAudit',
        tags,
        summary: 'Every change of a site, newest first',
        params: SiteParams,
        querystring: PageQuery.extend({
          what: z
            .string()
            .min(1)
            .max(300)
            .optional()
            .describe('Only of this thing and what lies below it, as `sites/home/devices/plug-1`.'),
        }),
        response: { 200: pageOf(Entry) },
      },
    },
    async request => audit.list({ ...request.query, site: request.params.site }),
  )
  app.get(
    '/api/audit',
    {
      config: { action: 'platform:read' },
      schema: {
        operationId: 'listAudit',
        tags,
        summary: 'Every change of the platform, newest first',
        querystring: PageQuery,
        response: { 200: pageOf(Entry) },
      },
    },
    async request => audit.list(request.query),
  )
  app.get(
    '/api/audit/verify',
    {
      config: { action: 'platform:read' },
      schema: {
        operationId: 'verifyAudit',
        tags,
        summary: 'Whether the record was edited',
        response: {
          200: z.object({
            ok: z.boolean(),
            entries: z.number().optional(),
            seq: z.number().optional(),
            reason: z.string().optional(),
          }),
        },
      },
    },
    async () => audit.verify(),
  )
}
