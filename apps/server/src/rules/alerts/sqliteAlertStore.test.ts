import { FakeClock } from '@ohmstead/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Said } from '../edges.ts'
import type { AlertStore, RuleOfRecord } from './alertStore.ts'
import { openSqliteAlertStore } from './sqliteAlertStore.ts'

const of: RuleOfRecord = {
  ...{ site: 'home', rule: 'cold', version: 1, severity: 'high', sentence: 'When it is cold' },
}
const clock = new FakeClock()
const time = clock.now()

let alerts: AlertStore
beforeEach(() => {
  alerts = openSqliteAlertStore(':memory:', () => clock.now())
})
afterEach(() => alerts[Symbol.dispose]())

const said = (kind: Said['kind'], id: string, value: number, key = 'freezer'): Said => ({
  ...{ ...of, id, kind, key, device: key, time, row: { value } },
})

test('a moment that is judged again with another value tells the value that holds now', () => {
  alerts.record(of, [said('raised', 'a', -2), said('event', 'b', -2)], time)
  const changes = alerts.revise(of, [said('raised', 'a', -7), said('event', 'b', -2)], time - 1, time)
  expect(changes.said.map(({ id, row }) => [id, row])).toEqual([['a', { value: -7 }]])
  expect(changes.alerts).toMatchObject([{ id: 'a', row: { value: -7 }, clearedAt: null }])
  expect(alerts.alert('home', 'a')?.row).toEqual({ value: -7 })
  const again = alerts.revise(of, [said('raised', 'a', -7), said('event', 'b', -2)], time - 1, time)
  expect(again).toEqual({ said: [], alerts: [] })
})

test('what was taken back and follows again is what it is now', () => {
  alerts.record(of, [said('raised', 'a', -2)], time)
  expect(alerts.revise(of, [], time - 1, time).alerts).toMatchObject([{ id: 'a', clearedBy: 'revised' }])
  const changes = alerts.revise(of, [said('raised', 'a', -3)], time - 1, time)
  expect(changes.said).toMatchObject([{ id: 'a', retracted: false, row: { value: -3 } }])
  expect(changes.alerts).toMatchObject([{ id: 'a', clearedAt: null, clearedBy: null, row: { value: -3 } }])
})

test('a failed call changes nothing, and the next one is not in its way', () => {
  const impossible = { ...said('raised', 'b', 1), key: null as unknown as string }
  expect(() => alerts.record(of, [said('raised', 'a', 1), impossible], time)).toThrow()
  expect(alerts.said('home')).toEqual([])
  expect(alerts.cursor('home', 'cold')).toBeUndefined()
  alerts.record(of, [said('raised', 'a', 1)], time)
  expect(alerts.said('home', { limit: 1 })).toHaveLength(1)
})

test('alerts are found by what they are about', () => {
  alerts.record(of, [said('raised', 'a', 1), said('raised', 'b', 1, 'fridge')], time)
  alerts.acknowledge('home', 'a', 'Ada', time)
  alerts.clear('home', 'b', time)
  const ids = (filter: Parameters<AlertStore['alerts']>[1]) =>
    alerts.alerts('home', filter).map(({ id }) => id)
  expect(ids({ key: 'fridge' })).toEqual(['b'])
  expect(ids({ open: true })).toEqual(['a'])
  expect(ids({ open: false, rule: 'cold' })).toEqual(['b'])
  expect(ids({ limit: 1 })).toHaveLength(1)
})
