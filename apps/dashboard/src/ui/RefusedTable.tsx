import type { Quarantined } from '@ohmstead/sdk'
import { useFormat, useMessages } from '../i18n/context.tsx'
import { PlainTable } from './PlainTable.tsx'

/** Readings that were refused, with the reason. @param nameOf a device; without it the column is left out */
export function RefusedTable({
  entries,
  nameOf,
}: {
  entries: readonly Quarantined[]
  nameOf?: (id: string | null) => string
}) {
  const { problems: text } = useMessages()
  const format = useFormat()
  return (
    <PlainTable
      label={text.title}
      columns={[
        { name: text.when, keep: true },
        ...(nameOf === undefined ? [] : [{ name: text.device }]),
        { name: text.field, keep: true },
        { name: text.reason },
        { name: text.sample },
      ]}
      rows={entries.map(({ id, time, device, field, reason, sample }) => ({
        key: id,
        cells: [
          format.dateTime(time),
          ...(nameOf === undefined ? [] : [nameOf(device)]),
          field || '–',
          reason,
          // biome-ignore lint/correctness/useJsxKeyInIterable: cells are told apart by their columns
          <code>{sample}</code>,
        ],
      }))}
    />
  )
}
