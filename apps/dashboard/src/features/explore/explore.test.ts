import { expect, test } from 'vitest'
import type { SeriesKey } from '../../api/seriesKey.ts'
import { callsOf, curlOf, type Taking } from './calls.ts'
import { find } from './find.ts'
import { exploreSearch, keysOf, spanOf, wantedOf } from './search.ts'

const key = (device: string, field: string, more: Partial<SeriesKey> = {}): SeriesKey => ({
  device,
  measurement: 'electricalMeter',
  field,
  tags: {},
  ...more,
})
const taking: Taking = { site: 'home', from: '-7d', to: 'now', resolution: 'raw', format: 'parquet' }
const paths = (keys: SeriesKey[]) => callsOf(keys, taking).map(({ path }) => path)

test('devices that share their fields share a question', () => {
  expect(paths([key('a', 'power'), key('b', 'power'), key('a', 'voltage'), key('b', 'voltage')])).toEqual([
    '/api/sites/home/readings?device=a,b&measurement=electricalMeter&field=power,voltage&from=-7d&to=now&resolution=raw&format=parquet',
  ])
})

test('what is not asked for is not answered: other fields are another question', () => {
  expect(paths([key('a', 'power'), key('b', 'voltage')])).toHaveLength(2)
  expect(paths([key('a', 'power'), key('a', 'power', { tags: { phase: '1' } })])).toHaveLength(2)
  expect(paths([key('a', 'temperature', { measurement: 'airSensor' }), key('a', 'power')])).toHaveLength(2)
})

test('names that a query or a shell would read are escaped, commas inside a name are not lists', () => {
  const [path] = paths([key('a', 'x,y'), key('a', "it's & more")])
  expect(path).toContain('field=x,y&field=it%27s%20%26%20more')
})

test('the call is one to paste, with a place for the token and a file of its own', () => {
  const [call] = callsOf([key('a', 'power')], taking)
  const text = curlOf('http://127.0.0.1:8080', call!, taking, 0, 1)
  expect(text).toContain('Bearer $OHMSTEAD_TOKEN')
  expect(text).toContain('-o home.parquet')
  expect(text).toMatch(/'http:\/\/127\.0\.0\.1:8080\/api\/sites\/home\/readings\?[^']*'$/)
})

test('an address says what is looked at', () => {
  const search = exploreSearch({ s: ['a/electricalMeter/power', 'nothing', 7], from: '-7d', view: 'table' })
  expect(search).toEqual({ s: ['a/electricalMeter/power'], from: '-7d', view: 'table' })
  expect(keysOf(search)).toEqual([key('a', 'power')])
  expect(wantedOf(search)).toEqual({ lastMs: 7 * 86_400_000 })
})

test('a fixed time needs both ends, and what makes no sense is a day', () => {
  expect(wantedOf(exploreSearch({ from: 1000, to: 9000 }))).toEqual({ from: 1000, to: 9000 })
  for (const search of [{ from: 9000, to: 1000 }, { from: 5 }, { from: '-3y' }, { from: 'constructor' }, {}])
    expect(spanOf(exploreSearch(search))).toBe('-24h')
})

test('every word of a search has to be in a series, its device, its place or its meaning', () => {
  const options = [
    {
      key: key('washer', 'power'),
      name: 'Washing machine',
      text: 'washing machine cellar total active power',
    },
    { key: key('fridge', 'power'), name: 'Fridge', text: 'fridge kitchen total active power' },
  ].map(option => ({ ...option, unit: 'W' }))
  expect(find(options, 'POWER kitchen', 10).shown.map(({ name }) => name)).toEqual(['Fridge'])
  expect(find(options, '', 1)).toMatchObject({ all: 2, shown: [{ name: 'Washing machine' }] })
})
