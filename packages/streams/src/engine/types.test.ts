import { describe, expect, test } from 'vitest'
import { energy, engineOf } from '../../test/started.ts'
import { RuleFault } from '../errors.ts'

function faultOf(epl: string): RuleFault {
  try {
    engineOf(energy).deploy(epl)
  } catch (error) {
    if (error instanceof RuleFault) return error
    throw error
  }
  throw new Error(`'${epl}' was taken`)
}

describe('what cannot be meant is refused where it stands', () => {
  test.each<[string, number, RegExp]>([
    [
      'select * from Power as p, Energy#lastevent as e where p.watts > e.total',
      63,
      /compares W with W\.h; power and energy are different things/,
    ],
    ['select watts + total as x from Power unidirectional, Energy#lastevent', 14, /adds W with W\.h/],
    [
      "select convert(watts, 'W', 'kW') > watts as x from Power",
      34,
      /compares kW with W; bring them to one unit with convert/,
    ],
    ["select convert(watts, 'W', 'kW.h') as x from Power", 8, /'W' is power, 'kW\.h' is energy/],
    ["select convert(watts, 'parrots', 'W') as x from Power", 8, /'parrots' is no known UCUM unit/],
    ['select * from Power where device > 5', 34, /compares a text with a number/],
    ['select * from Power where watts', 27, /a condition needs true or false, got a number/],
    ['select sum(device) from Power', 8, /sum\(\) needs a number, got a text/],
    ['select wats from Power', 8, /no property or name 'wats'; did you mean 'watts'\?/],
    ['select p.wats from Power as p', 10, /Power has no property 'wats'/],
    [
      'select device from Power#time(1 min) as a, Energy#time(1 min) as b',
      8,
      /'device' is in several streams; write a\.device or b\.device/,
    ],
    ['select * from Power#length(0)', 21, /#length needs a whole number from 1/],
    ['select * from Power#time(0 sec)', 21, /#time needs a length of time above zero/],
    ['select * from Power#rank(device)', 21, /#rank needs keys, a number and an order/],
    ['select * from Power output all', 21, /output does not say how often/],
    ["select * from Power where device regexp '(a)\\\\1'", 34, /is no regular expression: .*escape/],
    ["select * from Power where device regexp '('", 34, /is no regular expression/],
    ['select * from pattern [every timer:interval(0)]', 30, /would never stop/],
    ['select percentile(watts, 150) from Power', 8, /a number from 0 to 100/],
    ['context Nowhere select * from Power', 1, /there is no context 'Nowhere'/],
    ['create constant variable int n = 1; on Power set n = 2', 52, /'n' is constant/],
  ])('%s', (epl, column, words) => {
    const fault = faultOf(epl)
    expect(fault.reason).toMatch(words)
    expect([fault.line, fault.column]).toEqual([1, column])
  })

  test('what is outside of the language is told apart from mistakes', () => {
    expect(() => engineOf(energy).deploy('select * from Power#galaxy(5)')).toThrow(
      'line 1, column 21: the window #galaxy is not part of the supported language',
    )
    expect(() => engineOf(energy).deploy('select frobnicate(watts) from Power')).toThrow(
      'line 1, column 8: the function frobnicate() is not part of the supported language',
    )
  })
})

test('units go through arithmetic: a ratio of equal units has none', () => {
  const engine = engineOf(energy)
  const rule = engine.deploy(
    "select watts / 2 as half, watts / watts as ratio, convert(watts, 'W', 'kW') as kw, max(watts) as peak from Power",
  )
  const plan = rule.statements[0].plan
  const units =
    plan.kind === 'select'
      ? plan.rows.type.fields.map(({ type }) => (type.kind === 'number' ? type.unit : type.kind))
      : []
  expect(units).toEqual(['W', undefined, 'kW', 'W'])
})
