import { roles } from '@ohmstead/model'
import type { Principal } from '@ohmstead/registry'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { From, Login } from '../../accounts/index.ts'
import type { Services } from '../../services.ts'
import type { App } from '../app.ts'
import { Empty, id } from '../schemas.ts'

const email = z.string().trim().max(254)
const password = z.string().min(1).max(1000)
const link = z.string().min(1).max(500).describe('The secret part of the link.')

export const Profile = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  username: z.string().nullable(),
  admin: z.boolean(),
  emailVerified: z.boolean(),
  twoFactor: z.boolean(),
  roles: z.record(z.string(), z.enum(roles)).describe('Site → role.'),
})
const LoginOut = z.object({
  person: Profile.nullable(),
  secondFactor: z.boolean().describe('True: send the code to POST /api/auth/two-factor/verify-totp {code}.'),
})
const SessionOut = z.object({
  person: Profile.nullable(),
  principal: z.object({
    kind: z.enum(['person', 'token', 'device']),
    site: z.string().nullable().describe('The only site it opens; null: not limited to one.'),
    device: z.string().nullable(),
    scopes: z.array(z.string()).nullable().describe('What a token may do; null: not limited.'),
  }),
})
const NewPerson = z.object({
  name: z.string().trim().min(1).max(120),
  password,
  username: z.string().max(60).nullable().optional(),
})
const Invited = z.object({
  site: id,
  siteName: z.string(),
  email: z.string(),
  role: z.enum(roles),
  account: z.boolean(),
})

const open = { config: { action: 'public' } } as const
const signedIn = { config: { action: 'signed-in' } } as const
const tags = ['accounts']

/** Signing in and out, the first account, links from mails. */
export function accountRoutes(app: App, { accounts }: Pick<Services, 'accounts'>): void {
  app.post(
    '/api/auth/login',
    {
      ...open,
      schema: {
        operationId: 'login',
        tags,
        summary: 'Sign in; the answer sets the session cookie',
        body: z.object({ email: email.optional(), username: z.string().max(254).optional(), password }),
        response: { 200: LoginOut },
      },
    },
    async (request, reply) => sendLogin(reply, await accounts.login(request.body, from(request))),
  )
  app.post(
    '/api/auth/logout',
    {
      ...open,
      schema: { operationId: 'logout', tags, summary: 'End this session', response: { 204: Empty } },
    },
    async (request, reply) =>
      withCookies(reply, await accounts.logout(request.headers))
        .code(204)
        .send(),
  )
  app.post(
    '/api/auth/logout-everywhere',
    {
      ...signedIn,
      schema: {
        operationId: 'logoutEverywhere',
        tags,
        summary: 'End all sessions of this person',
        response: { 204: Empty },
      },
    },
    async (request, reply) =>
      withCookies(reply, await accounts.logoutEverywhere(request.headers))
        .code(204)
        .send(),
  )
  app.get(
    '/api/auth/session',
    {
      ...signedIn,
      schema: { operationId: 'getSession', tags, summary: 'Who is asking', response: { 200: SessionOut } },
    },
    async request => ({
      person: request.principal.kind === 'person' ? await accounts.profile(request.headers) : null,
      principal: described(request.principal),
    }),
  )
  app.get(
    '/api/setup',
    {
      ...open,
      schema: {
        operationId: 'getSetup',
        tags,
        summary: 'Whether the first account is still to be made',
        response: { 200: z.object({ needed: z.boolean() }) },
      },
    },
    async () => ({ needed: accounts.setupLink() !== null }),
  )
  app.post(
    '/api/setup',
    {
      ...open,
      schema: {
        operationId: 'setUp',
        tags,
        summary: 'Make the first account, an administrator, with the one-time link of the first start',
        body: NewPerson.extend({ token: link, email }),
        response: { 200: LoginOut },
      },
    },
    async (request, reply) => {
      const { token, ...person } = request.body
      return sendLogin(reply, await accounts.setUp(token, person, from(request)))
    },
  )
  passwords(app, accounts)
  invitations(app, accounts)
  twoFactor(app, accounts)
}

function passwords(app: App, accounts: Services['accounts']): void {
  app.post(
    '/api/auth/password',
    {
      ...signedIn,
      schema: {
        operationId: 'changePassword',
        tags,
        summary: 'Change the password; ends the other sessions',
        body: z.object({ current: password, next: password }),
        response: { 204: Empty },
      },
    },
    async (request, reply) => {
      await accounts.changePassword(request.body, from(request))
      return reply.code(204).send()
    },
  )
  app.post(
    '/api/auth/forgot',
    {
      ...open,
      schema: {
        operationId: 'forgotPassword',
        tags,
        summary: 'Mail a link for a new password, if the address has an account',
        body: z.object({ email }),
        response: { 204: Empty },
      },
    },
    async (request, reply) => {
      await accounts.requestPasswordReset(request.body.email, request.ip)
      return reply.code(204).send()
    },
  )
  app.post(
    '/api/auth/reset',
    {
      ...open,
      schema: {
        operationId: 'resetPassword',
        tags,
        summary: 'Set a new password with the link that was mailed; ends all sessions',
        body: z.object({ token: link, password }),
        response: { 204: Empty },
      },
    },
    async (request, reply) => {
      await accounts.resetPassword(request.body.token, request.body.password)
      return reply.code(204).send()
    },
  )
  app.post(
    '/api/auth/confirm/request',
    {
      ...signedIn,
      schema: {
        operationId: 'requestMailConfirmation',
        tags,
        summary: 'Mail a link that confirms the address',
        response: { 204: Empty },
      },
    },
    async (request, reply) => {
      await accounts.requestMailConfirmation(request.headers)
      return reply.code(204).send()
    },
  )
  app.post(
    '/api/auth/confirm',
    {
      ...open,
      schema: {
        operationId: 'confirmMail',
        tags,
        summary: 'Confirm the address with the link that was mailed',
        body: z.object({ token: link }),
        response: { 204: Empty },
      },
    },
    async (request, reply) => {
      await accounts.confirmMail(request.body.token)
      return reply.code(204).send()
    },
  )
}

function invitations(app: App, accounts: Services['accounts']): void {
  app.post(
    '/api/auth/invitation',
    {
      ...open,
      schema: {
        operationId: 'getInvitation',
        tags,
        summary: 'What an invitation’s link opens to',
        // In the body, because addresses end up in logs and histories.
        body: z.object({ token: link }),
        response: { 200: Invited },
      },
    },
    async request => accounts.invitation(request.body.token),
  )
  app.post(
    '/api/auth/invitation/accept',
    {
      ...open,
      schema: {
        operationId: 'acceptInvitation',
        tags,
        summary: 'Become a member: signed in, or as somebody new with a name and a password',
        body: z.object({ token: link, person: NewPerson.omit({ username: true }).optional() }),
        response: { 200: LoginOut.extend({ site: z.string(), role: z.enum(roles) }) },
      },
    },
    async (request, reply) => {
      const { member, login } = await accounts.acceptInvitation(
        request.body.token,
        from(request),
        request.body.person,
      )
      withCookies(reply, login?.setCookies ?? [])
      return { ...loginOut(login), site: member.site, role: member.role }
    },
  )
}

/** The second factor and the list of sessions are better-auth's own routes; it looks at the session itself. */
function twoFactor(app: App, accounts: Services['accounts']): void {
  app.route({
    method: ['GET', 'POST'],
    url: '/api/auth/*',
    ...open,
    schema: { hide: true },
    handler: async (request, reply) => {
      const answer = await accounts.handler(asFetch(request), request.ip)
      reply.code(answer.status)
      for (const [name, value] of answer.headers) if (name !== 'set-cookie') reply.header(name, value)
      withCookies(reply, answer.headers.getSetCookie())
      return reply.send(Buffer.from(await answer.arrayBuffer()))
    },
  })
}

function asFetch(request: FastifyRequest): Request {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined && name !== 'content-length')
      headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  const body = request.method === 'POST' ? JSON.stringify(request.body ?? {}) : null
  return new Request(new URL(request.url, `${request.protocol}://${request.host}`), {
    method: request.method,
    headers,
    body,
  })
}

const from = (request: FastifyRequest): From => ({ headers: request.headers, address: request.ip })

function withCookies(reply: FastifyReply, cookies: readonly string[]): FastifyReply {
  return cookies.length === 0 ? reply : reply.header('set-cookie', [...cookies])
}

function sendLogin(reply: FastifyReply, login: Login) {
  withCookies(reply, login.setCookies)
  return loginOut(login)
}

function loginOut(login: Login | null) {
  return {
    person: login?.kind === 'signed-in' ? login.profile : null,
    secondFactor: login?.kind === 'second-factor',
  }
}

function described(principal: Principal): z.input<typeof SessionOut>['principal'] {
  switch (principal.kind) {
    case 'token':
      return { kind: 'token', site: principal.site, device: principal.device, scopes: [...principal.scopes] }
    case 'device':
      return { kind: 'device', site: principal.site, device: principal.device, scopes: ['write'] }
    default:
      return { kind: 'person', site: null, device: null, scopes: null }
  }
}
