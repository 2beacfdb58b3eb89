import type { Device, Place } from '@ohmstead/sdk'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { devicesQuery, placesQuery, seriesHeadsQuery } from '../../../api/queries.ts'
import { ruleVocabularyQuery, type Vocabulary } from '../../../api/rules.ts'
import { useReader } from '../../../i18n/context.tsx'
import { placeNames } from '../../../ui/placeNames.ts'
import type { Head } from './suited.ts'

/** What a rule of the site can be about. */
export interface Things {
  readonly devices: readonly Device[]
  readonly places: readonly Place[]
  readonly placeName: (device: Pick<Device, 'place'>) => string
  readonly nameOf: (device: string) => string
  /** Empty while it is not known what was measured: nothing waits for it. */
  readonly heads: readonly (Head & { readonly tags: Readonly<Record<string, string>> })[]
  readonly vocabulary: Vocabulary
}

/** Undefined while it is asked for. */
export function useThings(site: string): {
  readonly things: Things | undefined
  readonly error: Error | null
  readonly retry: () => void
} {
  const { locale } = useReader()
  const devices = useQuery(devicesQuery(site))
  const places = useQuery(placesQuery(site))
  const heads = useQuery(seriesHeadsQuery(site))
  const vocabulary = useQuery(ruleVocabularyQuery(site))
  const things = useMemo(() => {
    if (devices.data === undefined || vocabulary.data === undefined) return undefined
    const { compare } = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' })
    const names = new Map(devices.data.map(({ id, name }) => [id, name]))
    return {
      devices: devices.data.toSorted((a, b) => compare(a.name, b.name)),
      places: places.data ?? [],
      placeName: placeNames(places.data ?? []),
      nameOf: (device: string) => names.get(device) ?? device,
      heads: heads.data ?? [],
      vocabulary: vocabulary.data,
    }
  }, [devices.data, places.data, heads.data, vocabulary.data, locale])
  const failed = devices.data === undefined ? devices : vocabulary
  return {
    things,
    error: things === undefined ? failed.error : null,
    retry: () => void Promise.all([devices.refetch(), vocabulary.refetch()]),
  }
}
