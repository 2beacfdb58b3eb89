import { InvalidInput } from '@ohmstead/model'

const leastLength = 10
/** A script of the operator chose it, and it may be changed at once. */
const leastOperatorLength = 8
const mostLength = 128
const leastDifferent = 5

/** Ten and more characters that are tried first by everybody who guesses. */
const common = [
  ...['password12', 'password123', 'password1234', 'passw0rd123', 'mypassword', 'letmein123', 'welcome123'],
  ...['qwertyuiop', 'qwerty12345', 'qwerty123456', 'asdfghjkl1', '1q2w3e4r5t', '1qaz2wsx3edc', 'zaq12wsxcde'],
  ...['1234567890', '0123456789', '12345678910', '0987654321', 'abcdefghij', 'abcd123456', 'abc1234567'],
  ...[
    'iloveyou123',
    'administrator',
    'admin12345',
    'admin123456',
    'changeme123',
    'changemenow',
    'default123',
  ],
  ...['ohmstead123', 'ohmstead1234', 'raspberrypi', 'raspberry123', 'homeassistant', 'smarthome123'],
  ...[
    'football123',
    'superman123',
    'princess123',
    'sunshine123',
    'baseball123',
    'trustno1234',
    'testtest123',
  ],
]
const commonPasswords = new Set(common)

/**
 * The rule: 10 to 128 characters, at least 5 different ones, neither the person's own address nor one of the passwords
 * that are tried first. Length counts; no kinds of characters are demanded.
 * @throws InvalidInput `password`
 */
export function checkPassword(password: string, email: string): void {
  const text = password.toLowerCase()
  if (password.length < leastLength) refuse(`expected at least ${leastLength} characters`)
  if (password.length > mostLength) refuse(`expected at most ${mostLength} characters`)
  if (new Set(text).size < leastDifferent) refuse(`expected at least ${leastDifferent} different characters`)
  if (commonPasswords.has(text)) refuse('this password is one of the first that are tried')
  if (text === email.toLowerCase()) refuse('your address is not a password')
}

/** The rule for the password that the operator gives for the first account. @throws InvalidInput */
export function checkOperatorPassword(password: string): void {
  const field = 'admin.password'
  if (password.length < leastOperatorLength)
    throw new InvalidInput(field, `expected at least ${leastOperatorLength} characters`)
  if (password.length > mostLength) throw new InvalidInput(field, `expected at most ${mostLength} characters`)
}

function refuse(reason: string): never {
  throw new InvalidInput('password', reason)
}
