import type { Messages } from './en.ts'
import { en } from './en.ts'

export const languages = { en: 'English', de: 'Deutsch', fr: 'Français', nb: 'Norsk bokmål' } as const
export type Language = keyof typeof languages

/** English is in the page; the others are fetched when they are wanted. */
const load: Readonly<Record<Language, () => Promise<Messages>>> = {
  en: async () => en,
  de: async () => (await import('./de.ts')).de,
  fr: async () => (await import('./fr.ts')).fr,
  nb: async () => (await import('./nb.ts')).nb,
}

export function messagesOf(language: Language): Promise<Messages> {
  return load[language]()
}

/**
 * The first language that the reader's browser names and we speak. Norwegian goes by three codes.
 * @param wanted BCP 47 tags, best first
 */
export function chooseLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const language = tag.toLowerCase().split('-')[0]!
    if (language === 'no' || language === 'nn') return 'nb'
    if (Object.hasOwn(languages, language)) return language as Language
  }
  return 'en'
}

/**
 * The tag that Intl formats with: the reader's own where it is of this language, as en-GB; else this language as their
 * region writes it, because who reads English in Germany still expects 17:00.
 */
export function localeOf(language: Language, wanted: readonly string[]): string {
  const own = wanted.find(tag => chooseLanguage([tag]) === language && tag.toLowerCase().startsWith(language))
  if (own !== undefined) return own
  const region = wanted.map(tag => new Intl.Locale(tag).region).find(found => found !== undefined)
  if (region !== undefined) return `${language}-${region}`
  return language === 'en' ? 'en-GB' : language
}
