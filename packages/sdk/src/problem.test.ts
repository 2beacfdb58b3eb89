import { expect, test } from 'vitest'
import {
  ApiError,
  Conflict,
  Forbidden,
  NotFound,
  ReadingsRefused,
  Refused,
  Unauthenticated,
  Unavailable,
} from './errors.ts'
import { errorOf, retryAfterMs } from './problem.ts'

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers })

test.each([
  [400, Refused],
  [401, Unauthenticated],
  [403, Forbidden],
  [404, NotFound],
  [409, Conflict],
  [422, Refused],
  [429, Unavailable],
  [500, ApiError],
  [503, Unavailable],
])('%i has a class of its own', async (status, Kind) => {
  const error = await errorOf(answer(status, { title: 'no', status, code: 'OHM_SOMETHING' }))
  expect(error.constructor).toBe(Kind)
  expect(error).toMatchObject({ status, code: 'OHM_SOMETHING' })
})

test('what may succeed later is retryable, what will not is not', async () => {
  const retryable = async (status: number) => (await errorOf(answer(status, {}))).retryable
  expect(await Promise.all([400, 401, 403, 404, 409, 500].map(retryable))).toEqual(Array(6).fill(false))
  expect(await Promise.all([429, 502, 503, 504].map(retryable))).toEqual(Array(4).fill(true))
})

test('each refused field is named with its reason', async () => {
  const errors = [{ field: 'timezone', reason: 'unknown' }]
  expect((await errorOf(answer(400, { title: 'no', errors }))).fields).toEqual(errors)
  const one = await errorOf(answer(400, { title: 'no', field: 'id', detail: 'too long' }))
  expect(one.fields).toEqual([{ field: 'id', reason: 'too long' }])
})

test('a receipt without anything accepted keeps its reasons', async () => {
  const receipt = { accepted: 0, rejected: [{ index: 0, field: 'fields.power', reason: 'is NaN' }] }
  const error = await errorOf(answer(400, receipt))
  expect(error).toBeInstanceOf(ReadingsRefused)
  expect((error as ReadingsRefused).receipt).toEqual(receipt)
})

test('an answer that is not from Ohmstead is still an error in words', async () => {
  const error = await errorOf(answer(502, '<html>Bad Gateway</html>'))
  expect(error).toMatchObject({ status: 502, code: 'OHM_HTTP_502', retryable: true, message: 'status 502' })
})

test('Retry-After is seconds or a date', () => {
  expect(retryAfterMs('7')).toBe(7000)
  expect(retryAfterMs('Sat, 21 Nov 2026 12:00:05 GMT', Date.UTC(2026, 10, 21, 12))).toBe(5000)
  expect(retryAfterMs('Sat, 21 Nov 2026 11:00:00 GMT', Date.UTC(2026, 10, 21, 12))).toBe(0)
  expect(retryAfterMs(null)).toBeNull()
  expect(retryAfterMs('soon')).toBeNull()
})
