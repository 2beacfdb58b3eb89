import { Skeleton } from '@mantine/core'
import { useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import figures from './Figures.module.css'

const rows = [1, 2, 3, 4, 5, 6]

/** The page's own shape while nothing is known, so that nothing jumps when it is. */
export function PageSkeleton() {
  const { common } = useMessages()
  return (
    <>
      <div className={figures.figures} role="status" aria-label={common.loading}>
        {[1, 2, 3].map(figure => (
          <Card key={figure} className={figures.figure}>
            <Skeleton height={14} width="50%" mt={3} mb={7} />
            <Skeleton height={32} width="65%" my={6} />
            <Skeleton height={12} width="80%" mt={4} mb={4} />
          </Card>
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
