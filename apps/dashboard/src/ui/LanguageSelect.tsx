import { Select } from '@mantine/core'
import { useMessages, useReader } from '../i18n/context.tsx'
import { type Language, languages } from '../i18n/languages.ts'

/** The reader's language: guessed from the browser, remembered once chosen. */
export function LanguageSelect() {
  const { menu } = useMessages()
  const { language, choose } = useReader()
  return (
    <Select
      label={menu.language}
      data={Object.entries(languages).map(([value, label]) => ({ value, label }))}
      allowDeselect={false}
      value={language}
      onChange={choice => choose((choice ?? language) as Language)}
    />
  )
}
