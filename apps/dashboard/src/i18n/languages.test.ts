import { expect, test } from 'vitest'
import { chooseLanguage, type Language, languages, localeOf, messagesOf } from './languages.ts'

test.each([
  [['de-AT', 'en'], 'de'],
  [['it', 'fr-CA', 'en'], 'fr'],
  [['no'], 'nb'],
  [['nn-NO'], 'nb'],
  [['ja'], 'en'],
  [[], 'en'],
  [['constructor'], 'en'],
])('whoever reads %j gets %s', (wanted, language) => {
  expect(chooseLanguage(wanted)).toBe(language)
})

test('the region of the reader is kept where it is of the same language', () => {
  expect(localeOf('de', ['de-AT', 'en'])).toBe('de-AT')
  expect(localeOf('en', ['de-DE'])).toBe('en-DE')
  expect(new Intl.DateTimeFormat('en-DE', { timeStyle: 'short' }).format(new Date(2026, 0, 1, 17))).toBe(
    '17:00',
  )
  expect(localeOf('en', ['ja'])).toBe('en-GB')
  expect(localeOf('fr', ['de', 'en'])).toBe('fr')
})

const keysOf = (texts: object, path = ''): string[] =>
  Object.entries(texts).flatMap(([key, text]) =>
    typeof text === 'object' ? keysOf(text, `${path}${key}.`) : [`${path}${key}`],
  )

const textAt = (texts: object, path: string) =>
  path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], texts)

test.each(Object.keys(languages) as Language[])(
  '%s says everything, and nothing is left in English',
  async language => {
    const [english, texts] = await Promise.all([messagesOf('en'), messagesOf(language)])
    const keys = keysOf(english)
    expect(keysOf(texts).toSorted()).toEqual(keys.toSorted())
    for (const key of keys) expect(textAt(texts, key), key).not.toBe('')
    if (language === 'en') return
    const same = keys.filter(
      key => typeof textAt(texts, key) === 'string' && textAt(texts, key) === textAt(english, key),
    )
    // Names of protocols, and words that both languages share.
    expect(same.length / keys.length).toBeLessThan(0.12)
  },
)

test('counts are said by the rules of each language', async () => {
  const { now, problems } = await messagesOf('fr')
  expect(now.deviceCount(1, '1')).toBe('1 appareil')
  expect(now.deviceCount(2, '2')).toBe('2 appareils')
  expect(problems.refused(1, '1')).toBe('1 mesure a été refusée')
})
