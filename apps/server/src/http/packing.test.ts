import { gunzipSync } from 'node:zlib'
import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { packLargeAnswers } from './packing.ts'

const large = JSON.stringify({ values: Array.from({ length: 5000 }, (_, at) => ({ at, unit: 'Wh' })) })

async function answer(text: string, encoding: string | undefined) {
  const app = Fastify()
  packLargeAnswers(app)
  app.get('/', (_request, reply) => reply.type('application/json').send(text))
  const headers = encoding === undefined ? {} : { 'accept-encoding': encoding }
  return await app.inject({ url: '/', headers })
}

test.each([['gzip'], ['br, GZIP;q=0.5'], ['deflate,gzip , br']])(
  'a large answer is packed for %s',
  async encoding => {
    const { headers, rawPayload } = await answer(large, encoding)
    expect(headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' })
    expect(Number(headers['content-length'])).toBe(rawPayload.length)
    expect(rawPayload.length).toBeLessThan(large.length / 5)
    expect(gunzipSync(rawPayload).toString()).toBe(large)
  },
)

test.each([[undefined], ['br'], ['gzip;q=0'], ['gzip; q=0.0, br'], ['xgzip']])(
  'a large answer goes out as it is for %s',
  async encoding => {
    const { headers, payload } = await answer(large, encoding)
    expect(headers['content-encoding']).toBeUndefined()
    expect(headers.vary).toBe('accept-encoding')
    expect(payload).toBe(large)
  },
)

test('a small answer goes out as it is', async () => {
  const { headers, payload } = await answer('{"a":1}', 'gzip')
  expect(headers['content-encoding']).toBeUndefined()
  expect(payload).toBe('{"a":1}')
})
