import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { admission } from './admission.ts'
import { Overloaded } from './errors.ts'

const mega = 1024 * 1024

async function server(ingest = { full: false }) {
  const app = Fastify({ bodyLimit: 100 * mega })
  const held: (() => void)[] = []
  const onRequest = [
    admission(ingest),
    // Stands for a body that is slow to arrive.
    (request: { headers: object }, _reply: unknown, done: () => void) =>
      void ('x-hold' in request.headers ? held.push(done) : done()),
  ]
  app.addContentTypeParser('*', (_request, _body, done) => done(null))
  app.post('/', { onRequest }, async () => 'taken')
  await app.ready()
  const post = (length: number, headers = {}) =>
    app.inject({
      method: 'POST',
      url: '/',
      headers: { 'content-length': String(length), 'content-type': 'a/b', ...headers },
    })
  return {
    app,
    post,
    release: () => {
      for (const done of held.splice(0)) done()
    },
    held,
  }
}

test('large bodies are let in while there is memory for them, and again when some have gone', async () => {
  const { post, release, held } = await server()
  const first = [post(90 * mega, { 'x-hold': '1' }), post(90 * mega, { 'x-hold': '1' })]
  await expect.poll(() => held.length).toBe(2)
  const refused = await post(90 * mega)
  expect(refused.statusCode).toBe(500)
  expect(refused.json()).toMatchObject({ code: new Overloaded('').code })
  expect((await post(1000)).statusCode).toBe(200)
  release()
  for (const answer of await Promise.all(first)) expect(answer.statusCode).toBe(200)
  expect((await post(90 * mega)).statusCode).toBe(200)
})

test('while ingest is full nothing is read', async () => {
  const ingest = { full: true }
  const { post } = await server(ingest)
  expect((await post(1000)).json()).toMatchObject({ code: new Overloaded('').code })
  ingest.full = false
  expect((await post(1000)).statusCode).toBe(200)
})

test('a gzipped body counts for what it may become', async () => {
  const { post, held, release } = await server()
  const zipped = [1, 2].map(() => post(20 * mega, { 'x-hold': '1', 'content-encoding': 'gzip' }))
  await expect.poll(() => held.length).toBe(2)
  expect((await post(60 * mega)).statusCode).toBe(500)
  release()
  await Promise.all(zipped)
})
