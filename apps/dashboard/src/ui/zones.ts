import { useMemo } from 'react'
import { useReader } from '../i18n/context.tsx'

/** Every IANA zone the browser knows, with these among them. */
export function useZones(...more: readonly string[]): string[] {
  const also = more.join(' ')
  return useMemo(
    () => [...new Set([...also.split(' '), ...Intl.supportedValuesOf('timeZone')])].sort(),
    [also],
  )
}

/** Every currency, by code and by name in the reader's language. */
export function useCurrencies(): { value: string; label: string }[] {
  const { locale } = useReader()
  return useMemo(() => {
    const names = new Intl.DisplayNames(locale, { type: 'currency' })
    return Intl.supportedValuesOf('currency').map(value => ({
      value,
      label: `${value} – ${names.of(value)}`,
    }))
  }, [locale])
}
