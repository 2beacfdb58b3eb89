import { Skeleton } from '@mantine/core'
import { useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import figures from './Figures.module.css'
import { Waiting } from './Waiting.tsx'

const rows = [1, 2, 3, 4, 5, 6]

/** The page's own shape while nothing is known, so that nothing jumps when it is. */
export function PageSkeleton() {
  const { common } = useMessages()
  return (
    <>
      <div className={figures.figures} role="status" aria-label={common.loading}>
        {([1, 2, 1] as const).map((lines, figure) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they stand still
          <Waiting key={figure} lines={lines} />
        ))}
      </div>
      <Card>
        <Skeleton height={14} width={200} mt={9} mb={17} />
        <Skeleton height={288} mb={34} />
      </Card>
      <Card flush>
        <div style={{ padding: '20px' }}>
          {rows.map(row => (
            <Skeleton key={row} height={40} mb={17} />
          ))}
        </div>
      </Card>
    </>
  )
}
