import { expect, test } from 'vitest'
import { ReadingsRefused, Unauthenticated, Unreachable } from './errors.ts'
import { Ohmstead } from './ohmstead.ts'

interface Asked {
  readonly method: string
  readonly path: string
  readonly authorization: string | null
  readonly body: unknown
}

/** A client whose every call is answered by `answer`, and what it asked. */
function client(answer: (asked: Asked) => Response | Promise<Response>) {
  const calls: Asked[] = []
  const ohmstead = new Ohmstead({
    url: 'http://platform.test',
    token: 'secret',
    fetch: async request => {
      const { pathname, search } = new URL(request.url)
      const text = await request.text()
      const asked = {
        method: request.method,
        path: pathname + search,
        authorization: request.headers.get('authorization'),
        body: text === '' ? null : JSON.parse(text),
      }
      calls.push(asked)
      return answer(asked)
    },
  })
  return { ohmstead, calls }
}

const site = (id: string) => ({ id, name: id, timezone: 'Europe/Oslo', currency: 'NOK' })

test('a list is walked to its end', async () => {
  const { ohmstead, calls } = client(({ path }) =>
    Response.json(
      path.includes('cursor=two')
        ? { items: [site('c')], next: null }
        : { items: [site('a'), site('b')], next: 'two' },
    ),
  )
  const ids = (await Array.fromAsync(ohmstead.sites())).map(({ id }) => id)
  expect(ids).toEqual(['a', 'b', 'c'])
  expect(calls.map(({ path }) => path)).toEqual(['/api/sites?limit=500', '/api/sites?limit=500&cursor=two'])
})

test('the token goes with every call', async () => {
  const { ohmstead, calls } = client(() => Response.json({ series: [] }))
  await ohmstead.readings('home', { field: 'power', from: '-3h', resolution: 'PT1M' })
  expect(calls).toEqual([
    {
      method: 'GET',
      path: '/api/sites/home/readings?field=power&from=-3h&resolution=PT1M',
      authorization: 'Bearer secret',
      body: null,
    },
  ])
})

test('one reading and several are sent alike', async () => {
  const { ohmstead, calls } = client(() => Response.json({ accepted: 1, rejected: [] }))
  const reading = { measurement: 'electricalMeter', fields: { power: 12.5 } }
  expect(await ohmstead.send('home', 'plug', reading)).toEqual({ accepted: 1, rejected: [] })
  await ohmstead.send('home', 'plug', [reading, reading])
  expect(calls.map(({ path }) => path)).toEqual(Array(2).fill('/api/sites/home/devices/plug/readings'))
  expect(calls.map(({ body }) => body)).toEqual([[reading], [reading, reading]])
})

test('readings of which none is acceptable throw their receipt', async () => {
  const receipt = { accepted: 0, rejected: [{ index: 0, field: 'time', reason: 'does not parse' }] }
  const { ohmstead } = client(() => Response.json(receipt, { status: 400 }))
  const refused = ohmstead.send('home', 'plug', { measurement: 'x', fields: {} })
  await expect(refused).rejects.toBeInstanceOf(ReadingsRefused)
  await expect(refused).rejects.toMatchObject({ receipt })
})

test('a platform that is unwell says so, as an answer', async () => {
  const unwell = { ready: false, troubles: [{ part: 'store', reason: 'the disk is full', since: 5 }] }
  const { ohmstead } = client(() => Response.json(unwell, { status: 503 }))
  expect(await ohmstead.health()).toMatchObject(unwell)
  const { ohmstead: gone } = client(() => new Response('', { status: 503 }))
  await expect(gone.health()).rejects.toMatchObject({ status: 503 })
})

test('a network that is away is Unreachable, with its cause', async () => {
  const cause = new TypeError('fetch failed')
  const { ohmstead } = client(() => Promise.reject(cause))
  const failed = ohmstead.site('home')
  await expect(failed).rejects.toBeInstanceOf(Unreachable)
  await expect(failed).rejects.toMatchObject({ cause, retryable: true, status: 0 })
})

test('who cancelled gets what they aborted with, not an error of the network', async () => {
  const ohmstead = new Ohmstead({
    url: 'http://platform.test',
    fetch: ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  })
  const stop = new AbortController()
  const asked = ohmstead.site('home', { signal: stop.signal })
  stop.abort()
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
})

test('failures are heard before they are thrown', async () => {
  const heard: string[] = []
  const ohmstead = new Ohmstead({
    url: 'http://platform.test',
    fetch: async () => Response.json({ title: 'sign in', status: 401 }, { status: 401 }),
    onError: (error, request) => heard.push(`${error.name} ${new URL(request.url).pathname}`),
  })
  await expect(ohmstead.whoami()).rejects.toBeInstanceOf(Unauthenticated)
  expect(heard).toEqual(['Unauthenticated /api/auth/session'])
})

test('a replay is followed to its end, and told anew from its beginning after a lost connection', async () => {
  const said = 'event: said\ndata: {"key":"a"}\n\n'
  const progress = (state: string) => `event: progress\ndata: {"state":"${state}"}\n\n`
  const texts = [said + progress('running'), said + said + progress('done')]
  const { ohmstead } = client(() => new Response(texts.shift()))
  const seen: string[] = []
  const backoff = { firstMs: 0, mostMs: 0, random: () => 0 }
  for await (const { type } of ohmstead.replayEvents('home', 'r', { backoff })) seen.push(type)
  expect(seen).toEqual(['begin', 'said', 'progress', 'begin', 'said', 'said', 'progress'])
})

test('events of a site resume with the last id and pass over what is no JSON', async () => {
  const asked: (string | null)[] = []
  const texts = [
    'id: 5\nevent: readings\ndata: []\n\nid: 6\nevent: readings\ndata: {oops\n\n',
    'event: gap\ndata: null\n\n',
  ]
  const ohmstead = new Ohmstead({
    url: 'http://platform.test',
    fetch: async request => {
      asked.push(request.headers.get('last-event-id'))
      return new Response(texts.shift() ?? '')
    },
  })
  const seen = []
  const backoff = { firstMs: 0, mostMs: 0, random: () => 0 }
  for await (const event of ohmstead.events('home', { backoff })) {
    seen.push(event)
    if (event.type === 'gap') break
  }
  expect(seen).toEqual([
    { id: '5', type: 'readings', data: [] },
    { id: '6', type: 'gap', data: null },
  ])
  expect(asked).toEqual([null, '6'])
})
