import { describe, expect, test } from 'vitest'
import { energy, engineOf } from '../../test/started.ts'
import { type Limits, RuleExceeded } from './limits.ts'

/** Deploys a rule beside a harmless one, sends four thousand events, and says how the first one ended. */
function runaway(epl: string, limits: Partial<Limits>) {
  const engine = engineOf(energy)
  const harmless = engine.deploy('select count(*) as n from Energy')
  const rule = engine.deploy(epl, { name: 'greedy', limits })
  let sent = 0
  for (; sent < 2000; sent++) {
    engine.advance(sent * 10)
    engine.send('Power', { device: `d${sent}`, watts: sent })
    engine.send('Energy', { device: `d${sent}`, total: sent })
  }
  expect(harmless.statements[0].rows()[0].get('n')).toBe(sent)
  return rule
}

describe('a rule that takes more than its share is stopped with a reason, the others go on', () => {
  test.each<[string, string, string, number]>([
    [
      'a join of everything with everything',
      'select * from Power#keepall, Energy#keepall',
      'workPerStep',
      1000,
    ],
    ['a window without end', 'select * from Power#keepall', 'held', 500],
    ['a batch without end', 'select * from Power#time_batch(1 year)', 'held', 500],
    [
      'a named window without end',
      'create window W#keepall as Power; insert into W select * from Power',
      'held',
      500,
    ],
    ['a pattern that never ends', 'select * from pattern [every a=Power -> b=Door]', 'held', 500],
    [
      'a context for every device',
      'create context C partition by device from Power; context C select count(*) from Power',
      'held',
      500,
    ],
    [
      'a table of every device',
      'create table T (device string primary key, n count(*)); into table T select device, count(*) as n from Power group by device',
      'held',
      500,
    ],
    ['groups without end', 'select device, count(*) from Power group by device', 'held', 500],
    [
      'a recognition of everything',
      'select * from Power#keepall match_recognize (measures A.watts as a pattern (A B* C) define C as C.watts < 0)',
      'held',
      900,
    ],
    [
      'an expression over a long window',
      'select (select sum(e.total) from Energy#keepall as e where e.device > p.device) as s from Power as p',
      'workPerStep',
      900,
    ],
    ['a rule that feeds itself', 'insert into Power select * from Power', 'workPerStep', 100],
    ['a median of everything', 'select median(watts) from Power', 'held', 500],
    ['all different values', 'select count(distinct watts) from Power', 'held', 500],
    ['all values', 'select window(watts) from Power', 'held', 500],
    [
      'groups that spoke',
      'select device, count(*) from Power#length(1) group by device output first every 1 hour',
      'held',
      500,
    ],
    ['keys that were seen', 'select * from pattern [every-distinct(a.device) a=Power]', 'held', 500],
    ['rows without end', 'select * from Power', 'outputsPerSecond', 50],
  ])('%s', (_, epl, limit, value) => {
    const rule = runaway(epl, { [limit]: value })
    expect(rule.stopped?.error).toBeInstanceOf(RuleExceeded)
    expect((rule.stopped!.error as RuleExceeded).limit).toBe(limit)
    expect(rule.stopped!.reason).toContain("rule 'greedy'")
    expect(rule.stopped!.reason).toContain(String(value))
  })
})

describe('what is bounded stays within its bounds', () => {
  test.each<[string, string, number]>([
    ['a time window', 'select avg(watts) from Power#time(1 sec)', 101],
    ['a length window', 'select avg(watts) from Power#length(20)', 21],
    ['a batch', 'select avg(watts) from Power#length_batch(20)', 41],
    [
      'a pattern within a time',
      'select * from pattern [every (a=Power -> b=Door(device = a.device) where timer:within(1 sec))]',
      250,
    ],
    ['groups of a window', 'select device, avg(watts) from Power#time(1 sec) group by device', 202],
    [
      'aggregates with keys of their own',
      'select device, sum(watts, group_by: device) as s from Power#time(1 sec)',
      202,
    ],
    ['keys that are forgotten', 'select * from pattern [every-distinct(a.device, 1 sec) a=Power]', 110],
    [
      'windows in partitions that end',
      'create context C initiated by Power as p terminated after 1 sec; context C select count(*) from Power(device = context.p.device)#keepall',
      320,
    ],
    [
      'partitions that end',
      'create context C initiated by Power as p terminated after 1 sec; context C select count(*) from Power',
      120,
    ],
  ])('%s', (_, epl, most) => {
    const rule = runaway(epl, { held: most })
    expect(rule.stopped).toBeNull()
    expect(rule.meter.heldNow).toBeGreaterThan(0)
    expect(rule.meter.heldNow).toBeLessThanOrEqual(most)
  })
})
