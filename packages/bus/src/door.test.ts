import { expect, test } from 'vitest'
import { Door } from './door.ts'
import { addressKey } from './transport.ts'

const limits = {
  maxConnections: 10,
  maxConnectionsPerAddress: 5,
  maxUnauthenticated: 4,
  maxUnauthenticatedPerAddress: 3,
}

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['', ''],
])('%s counts as %s', (address, key) => {
  expect(addressKey(address)).toBe(key)
})

test('one customer’s many IPv6 addresses are one', () => {
  const door = new Door(limits)
  const passes = [1, 2, 3, 4].map(host => door.enter(`2001:db8:1:2::${host}`))
  expect(passes.map(pass => pass !== undefined)).toEqual([true, true, true, false])
  expect(door.enter('2001:db8:1:3::1')).toBeDefined()
})

test('strangers are counted apart from those who are known', () => {
  const door = new Door(limits)
  const passes = [1, 2, 3].map(() => door.enter('a')!)
  expect(door.enter('a')).toBeUndefined()
  for (const pass of passes) pass.letIn()
  expect([door.waiting, door.total]).toEqual([0, 3])
  for (let known = 0; known < 2; known++) door.enter('a')!.letIn()
  expect(door.enter('a')).toBeUndefined()
  for (let at = 0; at < 5; at++) door.enter(`b${at}`)?.letIn()
  expect(door.enter('c')).toBeUndefined()
})

test('leaving gives the place back, once', () => {
  const door = new Door(limits)
  const [first, second] = [door.enter('a')!, door.enter('a')!]
  second.letIn()
  for (const pass of [first, first, second, second]) pass.leave()
  first.letIn()
  expect([door.waiting, door.total]).toEqual([0, 0])
})
