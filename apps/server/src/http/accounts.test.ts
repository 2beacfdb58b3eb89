import { afterAll, beforeAll, expect, test } from 'vitest'
import { admin, type Fixture, fixture } from './fixture.ts'

let the: Fixture
beforeAll(async () => {
  the = await fixture()
})
afterAll(() => the[Symbol.asyncDispose]())

test('a person signs in, is known, and signs out', async () => {
  const login = await the.api.inject({ method: 'POST', url: '/api/auth/login', payload: admin })
  expect(login.statusCode).toBe(200)
  expect(login.json()).toMatchObject({ secondFactor: false, person: { email: admin.email, admin: true } })
  const [cookie] = login.cookies
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' })
  const headers = { cookie: `${cookie!.name}=${cookie!.value}` }

  const session = await the.api.inject({ url: '/api/auth/session', headers })
  expect(session.json()).toMatchObject({ person: { email: admin.email }, principal: { kind: 'person' } })
  const out = await the.api.inject({ method: 'POST', url: '/api/auth/logout', headers })
  expect(out.statusCode).toBe(204)
  expect((await the.api.inject({ url: '/api/auth/session', headers })).statusCode).toBe(401)
})

test('a username may stand for the address', async () => {
  const answer = await the.api.inject({
    method: 'POST',
    url: '/api/auth/login',
    payload: { username: admin.email, password: admin.password },
  })
  expect(answer.statusCode).toBe(200)
})

test('a wrong password and an unknown person answer alike', async () => {
  const attempts = [
    { email: admin.email, password: 'wrong' },
    { email: 'nobody@example.org', password: 'wrong' },
  ]
  const answers = await Promise.all(
    attempts.map(payload => the.api.inject({ method: 'POST', url: '/api/auth/login', payload })),
  )
  for (const answer of answers) {
    expect(answer.statusCode).toBe(401)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.json()).toMatchObject({ code: 'OHM_WRONG_CREDENTIALS', status: 401 })
  }
  expect(answers[0]!.body).toBe(answers[1]!.body)
})

test('a missing field is named', async () => {
  const answer = await the.api.inject({
    method: 'POST',
    url: '/api/auth/login',
    payload: { email: admin.email },
  })
  expect(answer.statusCode).toBe(400)
  expect(answer.json()).toMatchObject({ code: 'OHM_INVALID_INPUT', field: 'password' })
})

test('the set-up link is gone once there is an account', async () => {
  expect((await the.api.inject('/api/setup')).json()).toEqual({ needed: false })
  const payload = { token: 'guess', email: 'a@example.org', name: 'A', password: admin.password }
  const answer = await the.api.inject({ method: 'POST', url: '/api/setup', payload })
  expect(answer.statusCode).toBe(410)
})

test('an authorization that is not valid is refused, whatever the cookie says', async () => {
  const cookie = await the.login(admin.email, admin.password)
  for (const authorization of [
    'Bearer nonsense',
    'Token nonsense',
    'Token a:b',
    'Basic eA==',
    'Basic YTpi',
    'Digest x',
    'Bearer',
  ])
    expect(
      (await the.api.inject({ url: '/api/sites', headers: { cookie, authorization } })).statusCode,
      authorization,
    ).toBe(401)
})

test('the list of sessions is better-auth’s, behind our door', async () => {
  const cookie = await the.login(admin.email, admin.password)
  const sessions = await the.api.inject({ url: '/api/auth/list-sessions', headers: { cookie } })
  expect(sessions.statusCode).toBe(200)
  expect(sessions.json().length).toBeGreaterThan(0)
  expect(
    (await the.api.inject({ method: 'POST', url: '/api/auth/sign-up/email', payload: {} })).statusCode,
  ).toBe(404)
})

test('an invited person becomes a member', async () => {
  const cookie = await the.login(admin.email, admin.password)
  const headers = { cookie }
  await the.api.inject({
    method: 'POST',
    url: '/api/sites',
    headers,
    payload: { id: 'invited', name: 'Invited', timezone: 'Europe/Oslo' },
  })
  const invited = await the.api.inject({
    method: 'POST',
    url: '/api/sites/invited/invitations',
    headers,
    payload: { email: 'new@example.org', role: 'viewer' },
  })
  expect(invited.statusCode).toBe(201)
  const token = new URL(invited.json().link).searchParams.get('token')
  const view = await the.api.inject({ method: 'POST', url: '/api/auth/invitation', payload: { token } })
  expect(view.json()).toMatchObject({
    site: 'invited',
    role: 'viewer',
    email: 'new@example.org',
    account: false,
  })
  const person = { name: 'New', password: 'another correct horse' }
  const accepted = await the.api.inject({
    method: 'POST',
    url: '/api/auth/invitation/accept',
    payload: { token, person },
  })
  expect(accepted.json()).toMatchObject({
    site: 'invited',
    role: 'viewer',
    person: { email: 'new@example.org' },
  })
  const members = await the.api.inject({ url: '/api/sites/invited/members', headers })
  expect(members.json().items).toEqual(
    expect.arrayContaining([expect.objectContaining({ email: 'new@example.org', role: 'viewer' })]),
  )
})
