import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Fixture, fixture, site, store } from '../fixture.ts'

let the: Fixture
let home: Awaited<ReturnType<typeof site>>
const hour = 3_600_000
/** The day before the clocks change, local midnight. */
const march28 = Date.UTC(2025, 2, 27, 23)

beforeAll(async () => {
  the = await fixture()
  home = await site(the, 'home', 'Europe/Oslo')
  // A counter in Wh: 100 Wh an hour over three days, 23 hours in the middle one.
  const points = Array.from(
    { length: 71 * 4 + 1 },
    (_, index) => [march28 + (index * hour) / 4, index * 25] as const,
  )
  await store(the, ['home', 'fridge', 'electricalMeter', 'energyImport'], points)
  // 400 W for an hour.
  await store(
    the,
    ['home', 'heater', 'electricalMeter', 'power'],
    Array.from({ length: 61 }, (_, index) => [march28 + index * 60_000, 400] as const),
  )
})
afterAll(() => the[Symbol.asyncDispose]())

async function get(path: string, status = 200) {
  const answer = await the.api.inject({
    url: `/api/sites/home${path}`,
    headers: { authorization: home.viewer.authorization },
  })
  expect(answer.statusCode, answer.body).toBe(status)
  return answer.json()
}

test('days are the site’s: 24 hours, 23 hours, 24 hours', async () => {
  const energy = await get('/energy?from=2025-03-28&to=2025-03-31&by=day&group=device&device=fridge')
  expect(energy).toMatchObject({ by: 'day', timezone: 'Europe/Oslo', groups: [{ key: 'fridge' }] })
  expect(
    energy.groups[0].buckets.map(({ start, end, importWh }: Record<string, unknown>) => [
      start,
      end,
      importWh,
    ]),
  ).toEqual([
    ['2025-03-28T00:00:00+01:00', '2025-03-29T00:00:00+01:00', 2400],
    ['2025-03-29T00:00:00+01:00', '2025-03-30T00:00:00+01:00', 2400],
    ['2025-03-30T00:00:00+01:00', '2025-03-31T00:00:00+02:00', 2300],
  ])
  const [bucket] = energy.groups[0].buckets
  expect(bucket).toMatchObject({ exportWh: null, completeness: 1, quality: { measured: 1, interpolated: 0 } })
})

test('a site adds its devices up; places hold what stands in them', async () => {
  const range = 'from=2025-03-28T00:00&to=2025-03-28T01:00&by=hour'
  const whole = await get(`/energy?${range}`)
  expect(whole.groups).toHaveLength(1)
  expect(whole.groups[0]).toMatchObject({ key: 'home', buckets: [{ importWh: 500 }] })
  const places = await get(`/energy?${range}&group=place`)
  expect(
    Object.fromEntries(
      places.groups.map(({ key, buckets }: { key: string; buckets: { importWh: number }[] }) => [
        key,
        buckets[0]!.importWh,
      ]),
    ),
  ).toEqual({ kitchen: 100, '': 400 })
  const kitchen = await get(`/energy?${range}&place=kitchen`)
  expect(kitchen.groups[0]).toMatchObject({ key: 'home', buckets: [{ importWh: 100 }] })
})

test('one device has a route of its own', async () => {
  const energy = await get('/devices/heater/energy?from=2025-03-28&to=2025-03-29&by=day')
  expect(energy.groups[0]).toMatchObject({ key: 'heater', buckets: [{ importWh: 400 }] })
})

test('slots come with their quality and source', async () => {
  const { slots, timezone } = await get('/devices/fridge/slots?from=2025-03-28T00:00&to=2025-03-28T00:30')
  expect(timezone).toBe('Europe/Oslo')
  expect(slots).toEqual([
    {
      start: '2025-03-28T00:00:00+01:00',
      importWh: 25,
      exportWh: null,
      coverage: 1,
      quality: 'measured',
      source: 'counter',
      revision: 0,
    },
    {
      start: '2025-03-28T00:15:00+01:00',
      importWh: 25,
      exportWh: null,
      coverage: 1,
      quality: 'measured',
      source: 'counter',
      revision: 0,
    },
  ])
})

test.each([
  ['/energy?by=decade', 400, 'by'],
  ['/energy?from=yesterday', 400, 'from'],
  ['/energy?from=2025-03-29&to=2025-03-28', 400, 'from'],
  ['/energy?group=colour', 400, 'group'],
])('%s is refused by name', async (path, status, field) => {
  expect(await get(path, status)).toMatchObject({ code: 'OHM_INVALID_INPUT', field })
})

test('what is not there is 404', async () => {
  await get('/devices/nothing/energy', 404)
  await get('/energy?device=nothing', 404)
  await get('/energy?place=nowhere', 404)
})

test('a question of endless size is refused before it is asked', async () => {
  expect(await get('/energy?from=1901-01-01&to=2199-01-01&by=slot', 422)).toMatchObject({
    code: 'OHM_QUERY_TOO_LARGE',
  })
  await get('/energy?from=1901-01-01&to=2199-01-01&by=hour', 422)
  await get('/readings?from=1901-01-01&to=2199-01-01&resolution=1', 422)
})

test('a long question is answered in stretches, as if in one', async () => {
  const energy = await get('/energy?from=1990-01-01&to=2026-01-01&by=month&group=device')
  const [fridge] = energy.groups.filter(({ key }: { key: string }) => key === 'fridge')
  expect(fridge.buckets).toHaveLength(36 * 12)
  expect(
    fridge.buckets.filter(({ importWh }: { importWh: number | null }) => importWh !== null),
  ).toMatchObject([{ start: '2025-03-01T00:00:00+01:00', importWh: 7100 }])
})

test('an edit is tried, saved, seen in revisions, and undone', async () => {
  const headers = { authorization: home.operator.authorization }
  const payload = {
    edit: { kind: 'energy', from: '2025-03-28T00:00', to: '2025-03-28T00:15', importWh: 99 },
    note: 'read by hand',
  }
  const url = '/api/sites/home/devices/fridge/edits'
  const preview = await the.api.inject({ method: 'POST', url: `${url}/preview`, headers, payload })
  expect(preview.statusCode, preview.body).toBe(200)
  expect(preview.json().after).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ start: '2025-03-28T00:00:00+01:00', importWh: 99, quality: 'edited' }),
    ]),
  )
  const applied = await the.api.inject({ method: 'POST', url, headers, payload })
  expect(applied.statusCode, applied.body).toBe(201)
  expect(applied.json()).toMatchObject({
    device: 'fridge',
    note: 'read by hand',
    undone: null,
    edit: { kind: 'energy', from: march28 },
  })

  const { slots } = await get('/devices/fridge/slots?from=2025-03-28T00:00&to=2025-03-28T00:15')
  expect(slots).toMatchObject([{ importWh: 99, quality: 'edited', revision: 1 }])
  const { items } = await get('/revisions?device=fridge&limit=1')
  expect(items[0]).toMatchObject({
    device: 'fridge',
    cause: 'edit',
    who: expect.stringContaining('@example.org'),
  })

  const undone = await the.api.inject({
    method: 'DELETE',
    url: `/api/sites/home/edits/${applied.json().id}`,
    headers,
  })
  expect(undone.json().undone).toMatchObject({ who: expect.stringContaining('@example.org') })
  expect((await get('/devices/fridge/slots?from=2025-03-28T00:00&to=2025-03-28T00:15')).slots).toMatchObject([
    { importWh: 25 },
  ])
  expect(
    (await the.api.inject({ method: 'DELETE', url: `/api/sites/home/edits/${applied.json().id}`, headers }))
      .statusCode,
  ).toBe(404)
  const audit = await the.registry.audit.list({ site: 'home' })
  expect(audit.items.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['edit.create', 'edit.undo']),
  )
})

test.each([
  [{ edit: { kind: 'energy', from: 'soon', to: '2025-03-28', importWh: 1 } }, 'edit.from'],
  [{ edit: { kind: 'exclude', from: '2025-03-28', to: '2025-03-27' } }, 'to'],
  [{ edit: { kind: 'nonsense' } }, 'edit.kind'],
  [{}, 'edit'],
])('an edit that cannot be is refused by name: %j', async (payload, field) => {
  const headers = { authorization: home.operator.authorization }
  const answer = await the.api.inject({
    method: 'POST',
    url: '/api/sites/home/devices/fridge/edits/preview',
    headers,
    payload,
  })
  expect(answer.statusCode).toBe(400)
  expect(answer.json()).toMatchObject({ field })
})

test('a virtual meter is what is left when others are taken away', async () => {
  const headers = { authorization: home.operator.authorization }
  const payload = { name: 'Untracked', plus: ['heater'], minus: ['fridge'] }
  const url = '/api/sites/home/virtual-meters/untracked'
  const made = await the.api.inject({ method: 'PUT', url, headers, payload })
  expect(made.json()).toEqual({ id: 'untracked', ...payload })
  expect((await get('/virtual-meters')).items).toEqual([{ id: 'untracked', ...payload }])
  const energy = await get('/devices/untracked/energy?from=2025-03-28T00:00&to=2025-03-28T01:00&by=hour')
  expect(energy.groups[0]).toMatchObject({ key: 'untracked', buckets: [{ importWh: 300 }] })
  const circle = await the.api.inject({
    method: 'PUT',
    url,
    headers,
    payload: { ...payload, plus: ['untracked'] },
  })
  expect(circle.json()).toMatchObject({ code: 'OHM_INVALID_INPUT', field: 'plus' })
  expect((await the.api.inject({ method: 'DELETE', url, headers })).statusCode).toBe(204)
})

test('a slot is explained: what its series say, and which edits touch it', async () => {
  // The heater is silent for half an hour.
  const at = march28 + 80 * hour
  await store(
    the,
    ['home', 'heater', 'electricalMeter', 'power'],
    [
      ...Array.from({ length: 16 }, (_, index) => [at + index * 60_000, 400] as const),
      ...Array.from({ length: 16 }, (_, index) => [at + (45 + index) * 60_000, 400] as const),
    ],
  )
  const explained = await get('/devices/heater/energy/explain?slot=2025-03-31T09:20')
  expect(explained).toEqual({
    timezone: 'Europe/Oslo',
    slot: expect.objectContaining({ start: '2025-03-31T09:15:00+02:00', quality: 'missing', importWh: null }),
    series: [
      {
        measurement: 'electricalMeter',
        field: 'power',
        tags: {},
        kind: 'power',
        samples: 1,
        steps: [],
        gaps: [{ from: '2025-03-31T09:15:00+02:00', to: '2025-03-31T09:45:00+02:00' }],
      },
    ],
    edits: [],
    members: [],
  })
  const fridge = [home.operator.authorization, '/api/sites/home/devices/fridge/edits'] as const
  const edit = { kind: 'energy', from: '2025-03-29T01:00', to: '2025-03-29T01:15', importWh: 70 }
  const edited = await the.api.inject({
    method: 'POST',
    url: fridge[1],
    headers: { authorization: fridge[0] },
    payload: { edit },
  })
  expect(edited.statusCode, edited.body).toBeLessThan(300)
  expect(await get('/devices/fridge/energy/explain?slot=2025-03-29T01:00')).toMatchObject({
    slot: { importWh: 70, quality: 'edited' },
    series: [{ kind: 'counter', samples: 1 }],
    edits: [{ device: 'fridge', edit: { kind: 'energy' } }],
  })
})

test('a slot that has not begun, one of nobody, and a time that is none', async () => {
  expect(await get('/devices/fridge/energy/explain?slot=2099-01-01')).toMatchObject({ slot: null })
  await get('/devices/nobody/energy/explain?slot=2025-03-29', 404)
  expect(await get('/devices/fridge/energy/explain?slot=soon', 400)).toMatchObject({ field: 'slot' })
  await get('/devices/fridge/energy/explain', 400)
})

test('a virtual meter is explained by its members', async () => {
  the.ledger.putVirtualMeter('home', { id: 'rest', name: 'Rest', plus: ['fridge'], minus: ['heater'] })
  expect(await get('/devices/rest/energy/explain?slot=2025-03-28')).toMatchObject({
    slot: { source: 'virtual' },
    series: [],
    members: [
      { device: 'fridge', sign: 1 },
      { device: 'heater', sign: -1 },
    ],
  })
})
