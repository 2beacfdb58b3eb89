import { expect, test } from 'vitest'
import { currencyOf } from './currency.ts'

test.each([
  [['en-US'], 'Europe/Oslo', 'NOK'],
  [['en-US'], 'Europe/Madrid', 'EUR'],
  [['en'], 'Australia/Adelaide', 'AUD'],
  [['en', 'en-US'], 'America/New_York', 'USD'],
  [['pt-PT'], 'Atlantic/Azores', 'EUR'],
  [[], 'UTC', 'EUR'],
])('%j in %s pays in %s', (languages, zone, currency) => {
  expect(currencyOf(languages, zone)).toBe(currency)
})
