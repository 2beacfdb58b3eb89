import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Fixture, fixture } from './fixture.ts'

let the: Fixture
beforeAll(async () => {
  the = await fixture()
})
afterAll(() => the[Symbol.asyncDispose]())

interface Operation {
  operationId?: string
  tags?: string[]
  responses: Record<string, { content?: Record<string, { schema: unknown }> }>
  requestBody?: { content: Record<string, unknown> }
}

async function described(): Promise<{
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { schemas: object }
}> {
  return (await the.api.inject('/api/openapi.json')).json()
}

test('the description is valid OpenAPI 3.1', async () => {
  const document = await described()
  expect(document.openapi).toBe('3.1.0')
  const { valid, errors } = await new Validator().validate(document as never)
  expect(errors).toBeUndefined()
  expect(valid).toBe(true)
})

test('every operation has a name of its own, a group, and problems as its errors', async () => {
  const { paths } = await described()
  const operations = Object.values(paths).flatMap(path => Object.values(path))
  expect(operations.length).toBeGreaterThan(50)
  for (const operation of operations) {
    expect(operation.operationId).toBeTruthy()
    expect(operation.tags).toHaveLength(1)
    expect(operation.responses.default?.content).toHaveProperty('application/problem+json')
  }
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
})

test('shared things have names', async () => {
  const { components } = await described()
  expect(Object.keys(components.schemas)).toEqual(
    expect.arrayContaining(['Site', 'Device', 'Place', 'Problem', 'Receipt', 'Series']),
  )
})

test('readings in are described, though ingest checks them', async () => {
  const { paths } = await described()
  for (const path of ['/api/readings', '/api/sites/{site}/devices/{device}/readings'])
    expect(Object.keys(paths[path]!.post!.requestBody!.content)).toEqual([
      'application/json',
      'application/x-ndjson',
    ])
})

test('every reference points at something', async () => {
  const text = (await the.api.inject('/api/openapi.json')).body
  const schemas = new Set(Object.keys((await described()).components.schemas))
  for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) expect(schemas).toContain(name)
})

test('the reference loads nothing from elsewhere and has no inline script', async () => {
  const page = await the.api.inject({ url: '/api/docs/', headers: { accept: 'text/html' } })
  expect(page.statusCode).toBe(200)
  expect(page.headers['content-security-policy']).toContain("script-src 'self';")
  expect(page.body).not.toMatch(/https?:\/\//)
  expect(page.body).not.toMatch(/<script(?![^>]*\bsrc=)/)
  for (const [, source] of page.body.matchAll(/<script[^>]*src="([^"]+)"/g)) {
    const url = new URL(source!, 'http://localhost/api/docs/')
    expect((await the.api.inject(url.pathname)).statusCode, source).toBe(200)
  }
})
