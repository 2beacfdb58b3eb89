import { describe, expect, test } from 'vitest'
import { energy, engineOf, started } from '../../test/started.ts'
import { RuleFault, Types } from '../index.ts'

describe('events', () => {
  test('one event is worked through all statements before what they derive from it', () => {
    const order: string[] = []
    const { engine, rule } = started(`
      insert into Derived select device from Power;
      @name('derived') select * from Derived;
      @name('direct') select * from Power`)
    for (const name of ['direct', 'derived'])
      rule.statement(name)!.listeners.add(({ insert }) => order.push(...insert.map(() => name)))
    engine.send('Power', { device: 'a', watts: 1 })
    engine.send('Power', { device: 'b', watts: 2 })
    expect(order).toEqual(['direct', 'derived', 'direct', 'derived'])
  })

  test('fields that are missing are null, fields that are unknown are left out', () => {
    const { engine, take } = started('select * from Power')
    engine.send('Power', { device: 'a', colour: 'red' })
    expect(take()).toEqual([{ device: 'a', watts: null }])
  })

  test('a stream that nobody declared is refused by name', () => {
    const { engine } = started('select * from Power')
    expect(() => engine.send('Gas', {})).toThrow("there is no stream 'Gas'")
  })

  test('the clock does not go back', () => {
    const { engine } = started('select * from Power')
    engine.advance(1000)
    expect(() => engine.advance(999)).toThrow(RangeError)
  })

  test('what one event or one moment causes is one delivery', () => {
    const { engine, rule } = started('select irstream watts from Power#time(10 sec)')
    const deliveries: number[][] = []
    rule.statements[0].listeners.add(({ insert, remove, time }) =>
      deliveries.push([time, insert.length, remove.length]),
    )
    engine.send('Power', { device: 'a', watts: 1 })
    engine.advance(1000)
    engine.send('Power', { device: 'a', watts: 2 })
    engine.advance(20_000)
    expect(deliveries).toEqual([
      [0, 1, 0],
      [1000, 1, 0],
      [20_000, 0, 2],
    ])
  })

  test('update istream changes events before anybody sees them', () => {
    const { engine, take } = started(
      'create variable double factor = 2; update istream Power set watts = watts * factor where watts > 1; select watts from Power',
    )
    for (const watts of [1, 5]) engine.send('Power', { device: 'a', watts })
    expect(take()).toEqual([{ watts: 1 }, { watts: 10 }])
  })
})

describe('rules come and go', () => {
  test('a rule that cannot be compiled leaves nothing behind', () => {
    const engine = engineOf(energy)
    const faulty =
      'create window W#keepall as Power; insert into D select device from Power; select nothing from Power'
    expect(() => engine.deploy(faulty)).toThrow(RuleFault)
    expect(engine.rules.size).toBe(0)
    expect(() => engine.deploy('select * from D')).toThrow("there is no stream 'D'")
    engine.deploy('create window W#keepall as Power')
  })

  test('an ended rule hears nothing and its names are free', () => {
    const { engine, rule, take } = started(
      'create window W#time(1 min) as Power; insert into W select * from Power',
    )
    engine.send('Power', { device: 'a', watts: 1 })
    expect(take()).toHaveLength(1)
    engine.undeploy(rule.name)
    engine.send('Power', { device: 'a', watts: 1 })
    engine.advance(120_000)
    expect(take()).toEqual([])
    engine.deploy('create window W#keepall as Power')
  })

  test('a rule that others use cannot be ended before them', () => {
    const engine = engineOf(energy)
    engine.deploy('create window W#keepall as Power', { name: 'maker' })
    engine.deploy('select * from W', { name: 'user' })
    expect(() => engine.undeploy('maker')).toThrow("rule 'maker' is used by user")
    engine.undeploy('user')
    engine.undeploy('maker')
    expect(engine.rules.size).toBe(0)
  })

  test('two rules cannot have one name', () => {
    const engine = engineOf(energy)
    engine.deploy('select * from Power', { name: 'one' })
    expect(() => engine.deploy('select * from Door', { name: 'one' })).toThrow(
      "there is a rule 'one' already",
    )
  })

  test.each([
    ['select sum(watts) as total from W', 11],
    ['select sum(watts) as total from W where watts > 5', 7],
    ['select sum(watts) as total from W(watts < 5)', 4],
    ['select sum(a.watts * b.watts) as total from W as a, W as b where a.device = b.device', 65],
    [
      'select sum(a.watts) as total from W as a left outer join Energy#lastevent as b on a.device = b.device',
      11,
    ],
  ])('a statement that comes later sees what a named window holds: %s', (epl, total) => {
    const { engine } = started('create window W#keepall as Power; insert into W select * from Power')
    engine.send('Power', { device: 'a', watts: 4 })
    engine.send('Power', { device: 'b', watts: 7 })
    const [later] = engine.deploy(epl).statements
    expect(later.rows().map(row => row.get('total'))).toEqual([total])
  })
})

describe('a rule that fails is stopped alone', () => {
  const failing = {
    name: 'fail',
    takes: [Types.number],
    returns: Types.number,
    call: (watts: unknown) => {
      if (watts === 13) throw new Error('thirteen')
      return watts
    },
  }

  test.each([
    ['on an event', 'select fail(watts) as w from Power'],
    ['on a timer', 'select fail(sum(watts)) as w from Power#time_batch(1 sec)'],
    [
      'in a context',
      'create context C partition by device from Power; context C select fail(watts) as w from Power',
    ],
  ])('%s', (_, epl) => {
    const { engine, rule } = started(epl, energy, { functions: [failing] })
    const other = engine.deploy('select count(*) as n from Power')
    const stopped: string[] = []
    engine.onStop(({ rule: name, reason }) => stopped.push(`${name}: ${reason}`))
    engine.send('Power', { device: 'a', watts: 13 })
    engine.advance(5000)
    engine.send('Power', { device: 'a', watts: 13 })
    engine.advance(10_000)
    expect(stopped).toEqual([`${rule.name}: thirteen`])
    expect(rule.stopped?.reason).toBe('thirteen')
    expect(other.statements[0].rows().map(row => row.get('n'))).toEqual([2])
  })

  test('a listener that fails is its owner’s to know, and silences no other', () => {
    const { engine, take } = started(
      '@name("a") select device from Power; @name("b") select device from Power',
    )
    const [a] = [...engine.rules.values()][0].statements
    let fails = true
    a.listeners.add(() => {
      if (fails) throw new Error('deaf')
    })
    expect(() => engine.send('Power', { device: 'x' })).toThrow('deaf')
    fails = false
    engine.send('Power', { device: 'y' })
    expect(take()).toEqual([{ device: 'x' }, { device: 'y' }])
  })

  test('with nobody to tell, the error comes when all else is done', () => {
    const { engine } = started('select fail(watts) as w from Power', energy, { functions: [failing] })
    const other = engine.deploy('insert into Copy select * from Power; select count(*) as n from Copy')
    expect(() => engine.send('Power', { device: 'a', watts: 13 })).toThrow('thirteen')
    expect(other.statements[1].rows().map(row => row.get('n'))).toEqual([1])
  })

  test('with nobody to tell, a failing timer does not keep others from theirs', () => {
    const batch = 'select fail(sum(watts)) as w from Power#time_batch(1 sec)'
    const { engine } = started(batch, energy, { functions: [failing] })
    const other = engine.deploy('select count(*) as n from Power#time(1 sec)')
    engine.send('Power', { device: 'a', watts: 13 })
    expect(() => engine.advance(1000)).toThrow('thirteen')
    expect(other.statements[0].rows().map(row => row.get('n'))).toEqual([0])
  })

  test('with nobody to tell, the error is not hidden', () => {
    const { engine } = started('select fail(watts) as w from Power', energy, { functions: [failing] })
    expect(() => engine.send('Power', { device: 'a', watts: 13 })).toThrow('thirteen')
  })
})
