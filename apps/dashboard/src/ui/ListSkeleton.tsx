import { Skeleton } from '@mantine/core'
import { useMessages } from '../i18n/context.tsx'
import { Card } from './Card.tsx'

/** A page with a title and a list, while nothing of it is known. */
export function ListSkeleton() {
  return (
    <>
      <Skeleton height={24} width={180} my={4} mb={20} />
      <RowsSkeleton />
    </>
  )
}

/** Rows of a card in their own height. */
export function RowsSkeleton({ rows = 6, rowHeight = 56 }: { rows?: number; rowHeight?: number }) {
  const { common } = useMessages()
  return (
    <Card role="status" aria-label={common.loading}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows without content are told apart by nothing else
        <Skeleton key={row} height={rowHeight - 16} my={8} />
      ))}
    </Card>
  )
}
