import type { Alert } from '@ohmstead/sdk'
import { expect, test } from 'vitest'
import { byUrgency, withAlert } from './openAlerts.ts'

const alert = (id: string, raisedAt: number, more: Partial<Alert> = {}) =>
  ({ id, raisedAt, clearedAt: null, acknowledgedAt: null, ...more }) as Alert
const ids = (alerts: readonly Alert[]) => alerts.map(({ id }) => id)

test('a new alert stands in its place by time, newest first', () => {
  const open = [alert('c', 3), alert('a', 1)]
  expect(ids(withAlert(open, alert('b', 2)))).toEqual(['c', 'b', 'a'])
})

test('an alert that changes takes its own place', () => {
  const open = [alert('b', 2), alert('a', 1)]
  const next = withAlert(open, alert('b', 2, { acknowledgedAt: 5 }))
  expect(next).toMatchObject([{ id: 'b', acknowledgedAt: 5 }, { id: 'a' }])
})

test('what is cleared is gone, and what was never there changes nothing', () => {
  const open = [alert('b', 2), alert('a', 1)]
  expect(ids(withAlert(open, alert('b', 2, { clearedAt: 9 })))).toEqual(['a'])
  expect(withAlert(open, alert('x', 2, { clearedAt: 9 }))).toBe(open)
})

test('the most urgent come first, of equal ones the newest', () => {
  const open = [
    alert('low', 9, { severity: 'low' }),
    alert('old', 1, { severity: 'high' }),
    alert('new', 5, { severity: 'high' }),
  ]
  expect(ids(byUrgency(open))).toEqual(['new', 'old', 'low'])
})
