import { InvalidInput } from '@ohmstead/model'
import { expect, test } from 'vitest'
import { columnsOf } from './columns.ts'
import { encodeRows } from './lineProtocol.ts'
import { deviceOf, mappingOf } from './mapping.ts'
import { type LineRefusal, type Row, RowReader } from './rows.ts'

const now = Date.UTC(2026, 0, 1)
const base = { site: 'desk', field: ['power=p1s_w'], time: 'ts', 'time-unit': 's' }

/** What a row of the columns ts, p1s_w, who becomes. */
function read(values: Record<string, unknown>, cells: unknown[], columns = ['ts', 'p1s_w', 'who']) {
  const mapping = mappingOf({ ...base, ...values }, 'lamp.csv')
  const refusals: LineRefusal[] = []
  const row = new RowReader(mapping, columnsOf(columns), 'UTC', now).read(7, cells, refusals)
  return { row, refusals }
}

test.each([
  [{}, ['1368619200', '14', 'x'], { device: 'lamp', fields: { power: 14 } }],
  [{ device: 'desk-lamp' }, ['1368619200', '-0.5e1', 'x'], { device: 'desk-lamp', fields: { power: -5 } }],
  [{ 'device-column': 'who' }, ['1368619200', '14', 'Büro 2'], { device: 'buro-2' }],
  [{ field: ['power=p1s_w:kW'] }, ['1368619200', '0.25', 'x'], { fields: { power: 250 } }],
  [{ field: ['energyImport=p1s_w:kWh'] }, ['1368619200', '3.746', 'x'], { fields: { energyImport: 3746 } }],
  [{ field: ['power=2'] }, ['1368619200', '9', 'x'], { fields: { power: 9 } }],
  [{ decimal: ',' }, ['1368619200', '9,75', 'x'], { fields: { power: 9.75 } }],
  [{ field: ['note=who:text'] }, ['1368619200', '9', 'hello'], { fields: { note: 'hello' } }],
  [{ field: ['on=p1s_w:flag'] }, ['1368619200', 'Off', 'x'], { fields: { on: false } }],
  [{ field: { power: 'p1s_w' } }, ['1368619200', '1', 'x'], { fields: { power: 1 } }],
  [
    { measurement: 'roomSensor', field: ['temperature=p1s_w:F'] },
    ['1368619200', '68', 'x'],
    { fields: { temperature: expect.closeTo(20, 9) } },
  ],
  [
    { tag: ['floor=2'], 'tag-column': ['person=who'] },
    ['1368619200', '1', 'Ada'],
    { tags: { floor: '2', person: 'Ada' } },
  ],
])('%j: %j', (values, cells, expected) => {
  const { row, refusals } = read(values, cells)
  expect(refusals).toEqual([])
  expect(row).toMatchObject({ line: 7, time: 1368619200000, ...expected })
})

test.each([
  [{}, ['x', '14', 'x'], 'time', 'is no time'],
  [{}, ['1868619200', '14', 'x'], 'time', 'in the future'],
  [{}, ['1368619200', 'fourteen', 'x'], 'fields.power', 'is no number'],
  [{}, ['1368619200', '1e999', 'x'], 'fields.power', 'is no number'],
  [{}, ['1368619200', 'NaN', 'x'], 'fields.power', 'is no number'],
  [{}, ['1368619200', '12,5', 'x'], 'fields.power', 'is no number'],
  [{}, ['1368619200', '14'], '', 'expected 3 cells, got 2'],
  [{ 'device-column': 'who' }, ['1368619200', '14', ''], 'device', 'is empty'],
])('%j: %j is refused for its %s', (values, cells, field, reason) => {
  const { row, refusals } = read(values, cells)
  expect(row).toBeUndefined()
  expect(refusals).toEqual([{ line: 7, field, reason: expect.stringContaining(reason) }])
})

test('an empty cell is no value, and no fault', () => {
  expect(read({}, ['1368619200', '', 'x'])).toEqual({ row: undefined, refusals: [] })
})

test.each([
  [{ site: undefined }, 'site'],
  [{ site: 'My Home' }, 'site'],
  [{ 'time-unit': 'hours' }, 'time-unit'],
  [{ zone: 'Mars/Olympus' }, 'zone'],
  [{ field: ['power'] }, 'field'],
  [{ field: ['=x'] }, 'field'],
  [{ tag: ['x'] }, 'tag'],
  [{ decimal: ';' }, 'decimal'],
  [{ measurement: '', device: 'UPPER' }, 'device'],
])('%j is refused, naming %s', (values, flag) => {
  const fault = (() => {
    try {
      mappingOf({ ...base, ...values }, 'lamp.csv')
    } catch (error) {
      return error
    }
  })()
  expect(fault).toBeInstanceOf(InvalidInput)
  expect(fault).toMatchObject({ field: flag })
})

test('a column that is not there is named, with those that are', () => {
  expect(() => read({ field: ['power=watts'] }, [])).toThrow(
    "field: there is no column 'watts'; the file has ts, p1s_w, who",
  )
})

test.each([
  ['data/dishwasher_B7E6FA.csv.gz', 'dishwasher-b7e6fa'],
  ['Küche.parquet', 'kuche'],
  ['2013.05.14.csv', '2013-05-14'],
])("%s becomes the device '%s'", (file, device) => {
  expect(deviceOf(file)).toBe(device)
})

test('rows become line protocol that keeps names and texts as they are', () => {
  const rows: Row[] = [
    { line: 2, device: 'lamp', time: 5, fields: { power: 1.5, on: true }, tags: {} },
    { line: 3, device: 'lamp', time: 6, fields: { 'my note': 'say "hi" \\o/' }, tags: { 'fl,oor': 'a b=c' } },
  ]
  expect(encodeRows(rows, 'my meter')).toBe(
    'my\\ meter,device=lamp power=1.5,on=true 5\n' +
      'my\\ meter,device=lamp,fl\\,oor=a\\ b\\=c my\\ note="say \\"hi\\" \\\\o/" 6\n',
  )
})
