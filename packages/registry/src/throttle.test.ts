import { FakeClock } from '@ohmstead/testkit'
import { describe, expect, test } from 'vitest'
import { TooManyAttempts } from './errors.ts'
import { addressKey, Throttle } from './throttle.ts'

const second = 1000

describe('a throttle', () => {
  test('lets the burst pass, then one per interval', async () => {
    const clock = new FakeClock()
    const throttle = new Throttle({ clock, burst: 3, forgiveEveryMs: 10 * second })
    for (let tries = 0; tries < 3; tries++) {
      throttle.check('a')
      throttle.fail('a')
    }
    expect(() => throttle.check('a')).toThrow(TooManyAttempts)
    expect(throttle.waitMs('a')).toBe(10 * second)
    await clock.advance(10 * second)
    throttle.check('a')
    throttle.fail('a')
    expect(throttle.waitMs('a')).toBe(10 * second)
  })

  test('says how long to wait', async () => {
    const clock = new FakeClock()
    const throttle = new Throttle({ clock, burst: 1, forgiveEveryMs: 10 * second })
    throttle.fail('a')
    await clock.advance(4 * second)
    expect(() => throttle.check('b', 'a')).toThrow(expect.objectContaining({ retryAfterMs: 6 * second }))
  })

  test('holds nobody back for another', () => {
    const throttle = new Throttle({ clock: new FakeClock(), burst: 1, forgiveEveryMs: second })
    throttle.fail('a')
    expect(throttle.waitMs('b')).toBe(0)
  })

  test('forgives everything at once when told', () => {
    const throttle = new Throttle({ clock: new FakeClock(), burst: 1, forgiveEveryMs: second })
    throttle.fail('a')
    throttle.clear('a')
    expect(throttle.waitMs('a')).toBe(0)
  })

  test('a clock that goes back forgives nothing and locks nobody for longer', async () => {
    const clock = new FakeClock()
    const throttle = new Throttle({ clock, burst: 1, forgiveEveryMs: second })
    throttle.fail('a')
    await clock.advance(-3600 * second)
    expect(throttle.waitMs('a')).toBe(second)
  })

  test('remembers a bounded number of keys and forgets the one touched longest ago', () => {
    const throttle = new Throttle({ clock: new FakeClock(), burst: 1, forgiveEveryMs: second, maxKeys: 2 })
    throttle.fail('a', 'b', 'a', 'c')
    expect(throttle.size).toBe(2)
    expect([throttle.waitMs('a'), throttle.waitMs('b'), throttle.waitMs('c')]).toEqual([
      2 * second,
      0,
      second,
    ])
  })

  test('attempts that begin together cannot all pass', () => {
    const throttle = new Throttle({ clock: new FakeClock(), burst: 2, forgiveEveryMs: second })
    throttle.take('a')
    throttle.take('a')
    expect(() => throttle.take('a')).toThrow(TooManyAttempts)
    throttle.forgive('a')
    throttle.take('a')
    expect(() => throttle.take('a', 'b')).toThrow(TooManyAttempts)
    expect(throttle.waitMs('b')).toBe(0)
  })
})

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::1', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002:ffff::', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['', ''],
])('the key of %s is %s', (address, key) => {
  expect(addressKey(address)).toBe(key)
})
