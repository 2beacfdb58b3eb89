import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { en, type Messages } from './en.ts'
import { type Format, formatOf } from './format.ts'
import { chooseLanguage, type Language, languages, localeOf, messagesOf } from './languages.ts'

interface Reader {
  readonly messages: Messages
  readonly language: Language
  readonly locale: string
  choose(language: Language): void
}

const ReaderContext = createContext<Reader | null>(null)
const ZoneContext = createContext<string | null>(null)

const remembered = 'ohmstead.language'

/** The reader's language: what they chose here, else what their browser asks for. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(firstLanguage)
  const [messages, setMessages] = useState<{ of: Language; texts: Messages } | null>(() =>
    language === 'en' ? { of: 'en', texts: en } : null,
  )
  useEffect(() => {
    let wanted = true
    // A language that cannot be fetched must not keep the page away.
    messagesOf(language)
      .catch(() => en)
      .then(texts => wanted && setMessages({ of: language, texts }))
    document.documentElement.lang = language
    return () => {
      wanted = false
    }
  }, [language])
  const reader = useMemo<Reader | null>(
    () =>
      messages && {
        messages: messages.texts,
        language: messages.of,
        locale: localeOf(messages.of, navigator.languages),
        choose: choice => {
          localStorage.setItem(remembered, choice)
          setLanguage(choice)
        },
      },
    [messages],
  )
  return reader && <ReaderContext value={reader}>{children}</ReaderContext>
}

function firstLanguage(): Language {
  const chosen = localStorage.getItem(remembered)
  if (chosen !== null && Object.hasOwn(languages, chosen)) return chosen as Language
  return chooseLanguage(navigator.languages)
}

/** Times below are in this zone: the site's. */
export function ZoneProvider({ zone, children }: { zone: string; children: ReactNode }) {
  return <ZoneContext value={zone}>{children}</ZoneContext>
}

export function useReader(): Reader {
  const reader = useContext(ReaderContext)
  if (reader === null) throw new Error('useReader outside a LanguageProvider')
  return reader
}

export function useMessages(): Messages {
  return useReader().messages
}

const formats = new Map<string, Format>()

/** Formats are made once per language and zone: Intl objects are dear, and there is one row per device. */
export function useFormat(): Format {
  const { locale } = useReader()
  const zone = useContext(ZoneContext) ?? browserZone()
  const key = `${locale} ${zone}`
  const known = formats.get(key) ?? formatOf(locale, zone)
  formats.set(key, known)
  return known
}

export function browserZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}
