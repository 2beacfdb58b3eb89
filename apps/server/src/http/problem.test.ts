import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { InvalidInput, OhmsteadError } from '@ohmstead/model'
import { expect, test } from 'vitest'
import { Forbidden, NotFound } from './errors.ts'
import { problem, problemOf } from './problem.ts'

class Hushed extends OhmsteadError {
  readonly code = 'OHM_OF_ANOTHER_KIND'
}
class Passing extends OhmsteadError {
  readonly code = 'OHM_OF_ANOTHER_KIND'
  override readonly retryable = true
  readonly retryAfterMs = 4200
}

test('a refused value names its field', () => {
  expect(problemOf(new InvalidInput('fields.power', 'is not finite'))).toEqual({
    type: 'urn:ohmstead:problem:invalid-input',
    title: 'A value cannot be accepted',
    status: 400,
    detail: 'fields.power: is not finite',
    code: 'OHM_INVALID_INPUT',
    field: 'fields.power',
    errors: [{ field: 'fields.power', reason: 'is not finite' }],
  })
})

test('what may not be seen and what is not there are one problem', () => {
  expect(problemOf(new NotFound())).toMatchObject({ status: 404, code: 'OHM_NOT_FOUND' })
  expect(problemOf(new Forbidden())).toMatchObject({ status: 403 })
})

test.each([
  new Error('secret'),
  new TypeError('secret'),
  'secret',
  undefined,
  new Hushed('secret'),
  Object.assign(new Error('secret'), { statusCode: 400, code: 'E' }),
])('what nobody foresaw says nothing: %s', error => {
  const answer = problemOf(error)
  expect(answer).toMatchObject({ status: 500, code: 'OHM_INTERNAL' })
  expect(JSON.stringify(answer)).not.toContain('secret')
})

test('what will pass says when to try again', () => {
  const answer = problemOf(new Passing('secret'))
  expect(answer).toMatchObject({ status: 503, retryAfter: 5 })
  expect(JSON.stringify(answer)).not.toContain('secret')
})

/** Errors that end the start of a process, or live in clients: none reaches an answer. */
const elsewhere = [
  /_NOT_OPENED$/,
  /_NEWER_DATABASE$/,
  /_LISTEN/,
  /_DATA_FOLDER/,
  /_HTTP_/,
  /_CLI_/,
  /_CONFIG/,
]

test('every error of the packages has a status', () => {
  const root = resolve(import.meta.dirname, '../../../..')
  const folders = [
    'packages/model',
    'packages/telemetry',
    'packages/ledger',
    'packages/registry',
    'apps/server',
  ].map(folder => join(root, folder, 'src'))
  const files = folders.flatMap(folder =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(file => join(folder, file)),
  )
  const codes = files
    .filter(file => /errors\.ts$/.test(file) || file.endsWith('accounts/errors.ts'))
    .flatMap(file => [...readFileSync(file, 'utf8').matchAll(/code = '(OHM_\w+)'/g)].map(([, code]) => code!))
  expect(codes).toContain('OHM_STORE_UNAVAILABLE')
  for (const code of codes.filter(code => !elsewhere.some(pattern => pattern.test(code))))
    expect(problem(code, '').title, code).not.toBe('Something went wrong inside')
})
