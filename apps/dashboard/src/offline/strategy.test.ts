import { expect, test } from 'vitest'
import { strategyFor } from './strategy.ts'

const origin = 'https://energy.example.org'
const asked = (path: string, more: { method?: string; mode?: string } = {}) =>
  strategyFor({ method: 'GET', mode: 'cors', url: new URL(path, origin).href, ...more }, origin)

test.each(['/api/sites', '/api', '/api/docs/', '/readyz', '/healthz', '/metrics', '/mqtt'])(
  '%s is never answered from what was kept',
  path => {
    expect(asked(path)).toBe('pass')
    expect(asked(path, { mode: 'navigate' })).toBe('pass')
  },
)

test('what changes something, or is of others, passes by', () => {
  expect(asked('/assets/index.js', { method: 'POST' })).toBe('pass')
  expect(asked('https://elsewhere.example.org/assets/index.js')).toBe('pass')
})

test('addresses inside the page are the page, files are files', () => {
  expect(asked('/sites/home/now', { mode: 'navigate' })).toBe('page')
  expect(asked('/apiary', { mode: 'navigate' })).toBe('page')
  expect(asked('/assets/index-abc.js')).toBe('kept')
  expect(asked('/icon.svg')).toBe('file')
})
