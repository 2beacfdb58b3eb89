import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Fixture, fixture, site, start, store } from '../fixture.ts'

const minuteMs = 60_000
const dayMs = 86_400_000
const at = (minute: number) => start - dayMs + minute * minuteMs

const rule = (limit: number, forMinutes: number) => ({
  definition: {
    kind: 'template',
    template: 'threshold',
    parameters: { devices: ['fridge'], comparison: 'below', limit, forMinutes },
  },
})

/** A day of the fridge: off for an hour from 4:00 on, for ten minutes from 8:00 on. */
const day = Array.from({ length: 1440 }, (_, minute) => {
  const isOff = (minute >= 240 && minute < 300) || (minute >= 480 && minute < 490)
  return [at(minute), isOff ? 1 : 90] as const
})

let the: Fixture
let home: Awaited<ReturnType<typeof site>>

beforeEach(async () => {
  the = await fixture()
  home = await site(the, 'home')
  await store(the, ['home', 'fridge', 'electricalMeter', 'power'], day)
  await ask('POST', '', {
    id: 'off',
    name: 'Off',
    ...rule(2, 30),
    actions: [{ kind: 'alert', severity: 'low' }],
  })
})
afterEach(() => the[Symbol.asyncDispose]())

async function ask(
  method: 'GET' | 'POST' | 'DELETE' | 'PATCH',
  path: string,
  payload?: object,
  who = home.operator,
) {
  const answer = await the.api.inject({
    method,
    url: `/api/sites/home/rules${path}`,
    headers: { authorization: who.authorization },
    ...(payload && { payload }),
  })
  return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() }
}

const keep = (from = at(0), to = at(1439)) =>
  ask('POST', '/off/cases', { name: 'A day in January', from, to })
const run = async (draft?: object) => (await ask('POST', '/off/cases/run', draft)).body.items

const said = [
  { kind: 'raised', key: 'fridge', time: at(270) },
  { kind: 'cleared', key: 'fridge', time: at(300) },
]

test('what a rule says in a period is kept, listed and removed', async () => {
  const made = await keep()
  expect(made).toMatchObject({
    status: 201,
    body: { id: 'a-day-in-january', name: 'A day in January', from: at(0), to: at(1439), expected: said },
  })
  expect((await ask('GET', '/off/cases', undefined, home.viewer)).body.items).toEqual([made.body])
  expect((await keep()).status).toBe(409)
  expect((await ask('DELETE', '/off/cases/a-day-in-january')).status).toBe(204)
  expect((await ask('DELETE', '/off/cases/a-day-in-january')).status).toBe(404)
  expect((await ask('GET', '/off/cases')).body.items).toEqual([])
})

test('the saved rule passes; a draft that says something else is told what', async () => {
  await keep()
  expect(await run()).toEqual([
    {
      id: 'a-day-in-january',
      name: 'A day in January',
      passed: true,
      missing: [],
      unexpected: [],
      note: null,
    },
  ])
  expect(await run(rule(5, 30))).toMatchObject([{ passed: true }])
  expect(await run(rule(2, 5))).toMatchObject([
    {
      passed: false,
      missing: [{ kind: 'raised', time: at(270) }],
      unexpected: [
        { kind: 'raised', key: 'fridge', time: at(245) },
        { kind: 'raised', time: at(485) },
        { kind: 'cleared', time: at(490) },
      ],
      note: null,
    },
  ])
  expect(await run(rule(0, 30))).toMatchObject([{ passed: false, missing: said, unexpected: [] }])
  await ask('PATCH', '/off', rule(0, 30))
  expect(await run()).toMatchObject([{ passed: false }])
})

test('running says and stores nothing', async () => {
  await keep()
  await run(rule(2, 5))
  expect(the.services.alerts.said('home')).toEqual([])
})

test('a case whose readings are gone neither passes nor fails', async () => {
  await keep()
  await the.store.retain(at(600))
  const [{ passed, missing, note }] = await run()
  expect({ passed, missing }).toEqual({ passed: null, missing: [] })
  expect(note).toMatch(/^600 of \d+ stored values that it was made from are gone/)
})

test('readings that came since are told when it fails', async () => {
  await keep()
  await store(the, ['home', 'fridge', 'electricalMeter', 'power'], [[at(255.5), 90]])
  expect(await run()).toMatchObject([
    { passed: false, note: '1 value has been stored in its period since it was made' },
  ])
})

test('what cannot be a case is refused with what to change', async () => {
  expect(await keep(start - 5 * dayMs, start - 4 * dayMs)).toMatchObject({
    status: 400,
    body: { field: 'from', detail: expect.stringContaining('nothing that the rule looks at is stored') },
  })
  expect((await keep(start - 200 * dayMs)).body).toMatchObject({ field: 'from' })
  expect((await keep(at(0), start + dayMs)).body).toMatchObject({ field: 'to' })
  await ask('PATCH', '/off', {
    definition: { kind: 'epl', text: 'select device from electricalMeter' },
    actions: [{ kind: 'event' }],
  })
  expect((await keep()).body.detail).toContain('says more than 1000 things')
  const wrong = { definition: { kind: 'epl', text: 'select' } }
  expect((await ask('POST', '/off/cases/run', wrong)).status).toBe(422)
})

test('viewers run cases and change none; a rule takes its own with it', async () => {
  await keep()
  expect((await ask('POST', '/off/cases', { name: 'x', from: at(0), to: at(9) }, home.viewer)).status).toBe(
    403,
  )
  expect((await ask('DELETE', '/off/cases/a-day-in-january', undefined, home.viewer)).status).toBe(403)
  expect((await ask('POST', '/off/cases/run', undefined, home.viewer)).body.items).toHaveLength(1)
  await ask('DELETE', '/off')
  expect((await ask('GET', '/off/cases')).status).toBe(404)
})
