import type { Device } from '@ohmstead/sdk'
import { useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { devicesQuery } from '../../api/queries.ts'
import type { Saying } from '../../api/rules.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { sentenceOf } from './sentence.ts'

/** Says rules of a site in the reader's language; null for one that only the server can say, and until the devices have names. */
export function useSentences(site: string): (rule: Saying) => string | null {
  const messages = useMessages()
  const format = useFormat()
  const { data: devices } = useQuery(devicesQuery(site))
  return useCallback(
    rule =>
      devices === undefined
        ? null
        : sentenceOf(rule, { messages, format, nameOf: device => namesOf(devices).get(device) ?? device }),
    [messages, format, devices],
  )
}

const known = new WeakMap<readonly Device[], ReadonlyMap<string, string>>()

/** Names by id, made once for all the rules of a list: a site may have thousands of devices. */
function namesOf(devices: readonly Device[]): ReadonlyMap<string, string> {
  const names = known.get(devices) ?? new Map(devices.map(({ id, name }) => [id, name]))
  known.set(devices, names)
  return names
}
