import { describe, expect, test } from 'vitest'
import { checkOperatorPassword, checkPassword } from './passwordRule.ts'

const email = 'kari.nordmann@example.org'

describe('a password is taken', () => {
  test.each([
    'correct horse battery',
    'xk4!mm2Pq9',
    'blåbærsyltetøy',
    '🔋🔌⚡🏠🌞 lader',
    `${'x'.repeat(64)}abcd`,
  ])('%s', text => {
    expect(() => checkPassword(text, email)).not.toThrow()
  })
})

describe('a password is refused', () => {
  test.each([
    ['too short', 'xk4!mm2Pq', /10 characters/],
    ['too long', 'abcdefgh'.repeat(17), /128/],
    ['one letter', 'aaaaaaaaaaaa', /different/],
    ['few letters', 'abcdabcdabcd', /different/],
    ['among the first tried', 'Password123', /first/],
    ['the product’s name', 'ohmstead1234', /first/],
    ['their own address', 'Kari.Nordmann@example.org', /address/],
    ['empty', '', /10 characters/],
  ])('%s', (_why, text, reason) => {
    expect(() => checkPassword(text, email)).toThrow(reason)
  })
})

test('the operator’s first password may have eight characters', () => {
  expect(() => checkOperatorPassword('12345678')).not.toThrow()
  expect(() => checkOperatorPassword('1234567')).toThrow('admin.password')
  expect(() => checkOperatorPassword('x'.repeat(129))).toThrow('admin.password')
})
