import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { energy, engineOf } from '../../test/started.ts'
import { RuleFault, Unsupported } from '../errors.ts'
import { parse } from './parse.ts'
import { lex } from './tokens.ts'

function faultOf(text: string): RuleFault {
  try {
    parse(text)
  } catch (error) {
    if (error instanceof RuleFault) return error
    throw error
  }
  throw new Error(`'${text}' was read`)
}

describe('an error names its place and what could stand there', () => {
  test.each<[string, number, number, RegExp]>([
    ['select watts from', 1, 18, /the rule ends, expected/],
    ['select\n  watts,\nfrom Power', 3, 1, /found 'from'/],
    ['select * from Power#time(5 min', 1, 31, /the rule ends/],
    ['select * from Power where', 1, 26, /the rule ends/],
    ['select * from Power group device', 1, 27, /expected 'by'/],
    ['select * from Power\noutput every 5 bananas', 2, 16, /bananas/],
    ['select "open from Power', 1, 8, /does not end on its line/],
    ['select * from pattern [every a=Power -> ]', 1, 41, /found '\]'/],
    ['create window W#keepall as (a int', 1, 34, /the rule ends/],
    ['select * from Power; ;; select § from Power', 1, 32, /starts no word/],
    ['select * from A select * from B', 1, 17, /found 'select'/],
  ])('%j', (text, line, column, words) => {
    const fault = faultOf(text)
    expect([fault.line, fault.column]).toEqual([line, column])
    expect(fault.message).toMatch(words)
    expect(fault.message).toContain(`line ${line}, column ${column}`)
  })

  test('the expected words are told apart from the text', () => {
    expect(faultOf('select * from Power group device').expected).toEqual(["'by'"])
  })
})

describe('what is read', () => {
  test('statements are parted by semicolons and keep their own text', () => {
    const statements = parse("@name('a') select * from A;\n\n;select b // from A\n  from B;")
    expect(statements).toHaveLength(2)
    expect(statements[0].name).toBe('a')
    expect(statements[1].text).toBe('select b // from A\n  from B')
  })

  test('keywords are read in any case, comments are passed over, back-ticks make names of keywords', () => {
    const [statement] = parse('SELECT `select` /* a, b */ FROM `order` // the end')
    expect(statement.body).toMatchObject({
      kind: 'select',
      items: [{ expr: { kind: 'name', name: 'select' } }],
      from: [{ source: { name: 'order' } }],
    })
  })

  test.each([
    ['select * from A.win:length(5)', [{ name: 'length' }]],
    ['select * from A.std:groupwin(k).win:time(1 min)', [{ name: 'groupwin' }, { name: 'time' }]],
    ['select * from A#length(5)', [{ name: 'length' }]],
  ])('the windows of %j', (text, views) => {
    expect(parse(text)[0].body).toMatchObject({ from: [{ views }] })
  })

  test.each([
    ['1 + 2 * 3', '1 + (2 * 3)'],
    ['a or b and c', 'a or (b and c)'],
    ['not a = b', 'not (a = b)'],
    ['a = b || c', 'a = (b || c)'],
    ['-a.b * c', '(-(a.b)) * c'],
    ['a - b - c', '(a - b) - c'],
  ])('%s is %s', (short, long) => {
    const bare = (text: string) =>
      JSON.stringify(parse(`select ${text} from X`)[0].body, (key, value) =>
        key === 'at' ? undefined : value,
      )
    expect(bare(short)).toBe(bare(long))
  })

  test.each([
    ['every a=A -> b=B', '(every a=A) -> b=B'],
    ['every a=A where timer:within(5 sec)', 'every (a=A where timer:within(5 sec))'],
    ['a=A and b=B or c=C', '(a=A and b=B) or c=C'],
    ['a=A -> b=B or c=C', 'a=A -> (b=B or c=C)'],
  ])('the pattern %s is %s', (short, long) => {
    const bare = (text: string) =>
      JSON.stringify(parse(`select * from pattern [${text}]`)[0].body, (key, value) =>
        key === 'at' ? undefined : value,
      )
    expect(bare(short)).toBe(bare(long))
  })
})

/** One of each part of the language. */
const samples = [
  'select device, avg(watts) as mean from Power(watts > 5)#time(5 min) group by device having avg(watts) > 10 output last every 1 min order by mean desc limit 3',
  'select a.device as d from Power#length(10) as a, Energy#unique(device) as e where a.device = e.device',
  'select * from pattern [every a=Power(watts > 9) -> (timer:interval(10 sec) and not b=Power(device = a.device))]',
  'select * from pattern [every-distinct(a.device, 1 hour) a=Power where timer:within(5 sec)]',
  'select * from Power#keepall match_recognize (partition by device measures A.watts as a, last(B.watts) as b after match skip to next row pattern (A B+) define B as B.watts > prev(B.watts))',
  'create context C partition by device from Power; context C select count(*) from Power output snapshot every 5 events',
  'create context D start (0, 9, *, *, *) end (0, 17, *, *, *); context D select sum(watts) as w from Power output last when terminated',
  'create window W#time(1 hour) as Power; insert into W select * from Power; on Door as d delete from W where W.device = d.device',
  'create table T (device string primary key, total sum(double)); into table T select device, sum(watts) as total from Power group by device',
  'create variable double limit_w = 5; on Power set limit_w = watts; select * from Power where watts > limit_w',
  "select case when watts > 5 then 'high' else 'low' end as level, (select max(total) from Energy#keepall) as m from Power where device like 'a%' and watts in [1:5) and device not in ('x', 'y')",
  'on Power merge W2 as w where w.device = Power.device when matched then update set watts = Power.watts when not matched then insert select *',
  'select rstream prev(1, watts) as p, prior(2, watts) as q, istream() as i from Power#time_batch(10 sec, "FORCE_UPDATE")',
]

test('whatever is made of rules, they are refused with words or run', () => {
  const words = samples.map(sample => lex(sample).map(token => token.image))
  const every = words.flat()
  const mutation = fc.record({
    at: fc.nat(),
    by: fc.nat(every.length - 1),
    how: fc.constantFrom('cut', 'put', 'swap'),
  })
  fc.assert(
    fc.property(fc.constantFrom(...words), fc.array(mutation, { maxLength: 3 }), (tokens, mutations) => {
      const changed = [...tokens]
      for (const { at, by, how } of mutations) {
        const place = at % (changed.length + 1)
        changed.splice(place, how === 'put' ? 0 : 1, ...(how === 'cut' ? [] : [every[by]]))
      }
      const engine = engineOf(energy)
      const stopped: unknown[] = []
      engine.onStop(({ error }) => stopped.push(error))
      try {
        engine.deploy(changed.join(' '))
      } catch (error) {
        if (error instanceof RuleFault || error instanceof Unsupported) return
        throw error
      }
      for (let i = 0; i < 12; i++) {
        engine.advance(i * 4000)
        engine.send('Power', { device: i % 3 ? 'a' : 'b', watts: i % 4 ? i : null })
        engine.send('Energy', { device: 'a', total: i })
        engine.send('Door', { device: 'b', open: i % 2 === 0 })
      }
      for (const rule of engine.rules.values()) for (const statement of rule.statements) statement.rows()
      expect(stopped.filter(error => !(error instanceof RuleFault) && !isLimit(error))).toEqual([])
    }),
    { numRuns: 400 },
  )
})

const isLimit = (error: unknown) => error instanceof Error && error.name === 'RuleExceeded'
