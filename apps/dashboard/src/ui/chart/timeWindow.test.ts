import { expect, test } from 'vitest'
import { askedFor, panned, zoomed } from './timeWindow.ts'

const hour = 3_600_000
const window = { from: 10 * hour, to: 14 * hour }

test('what the pointer is on stays where it is', () => {
  const near = zoomed(window, 0.5, 11 * hour)
  expect(near).toEqual({ from: 10.5 * hour, to: 12.5 * hour })
  expect(zoomed(near, 2, 11 * hour)).toEqual(window)
})

test('zooming ends at two seconds and at forty years', () => {
  let near = window
  for (let at = 0; at < 60; at++) near = zoomed(near, 0.5)
  expect(near.to - near.from).toBe(2000)
  let far = window
  for (let at = 0; at < 60; at++) far = zoomed(far, 2)
  expect((far.to - far.from) / 86_400_000 / 365).toBeCloseTo(40, 6)
})

test('panning keeps the length', () => {
  expect(panned(window, 0.25)).toEqual({ from: 11 * hour, to: 15 * hour })
})

test('small moves ask the same question, which holds the window with air on both sides', () => {
  const asked = askedFor(window, 1000)
  expect(askedFor(panned(window, 0.01), 1000)).toEqual(asked)
  for (let move = -3; move < 3; move += 0.1) {
    const moved = panned(window, move)
    const { from, to, points } = askedFor(moved, 1000)
    expect(from).toBeLessThanOrEqual(moved.from - 2 * hour)
    expect(to).toBeGreaterThanOrEqual(moved.to + 2 * hour)
    expect(points).toBeLessThanOrEqual(2700)
  }
})
