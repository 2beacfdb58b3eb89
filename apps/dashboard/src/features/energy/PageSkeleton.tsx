import { Skeleton } from '@mantine/core'
import { useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import figures from './Figures.module.css'
import classes from './PageSkeleton.module.css'

/** The page's own shape while nothing is known, so that nothing jumps when it is. */
export function PageSkeleton() {
  const { common } = useMessages()
  return (
    <>
      <div role="status" aria-label={common.loading} className={classes.toolbar}>
        <Skeleton />
        <Skeleton className={classes.more!} />
        <Skeleton width="60%" className={classes.when!} />
      </div>
      <Card className={figures.figures}>
        {[1, 2].map(at => (
          <div key={at} className={figures.figure}>
            <Skeleton height={12} width="40%" my={4} />
            <Skeleton height={24} width="60%" my={4} />
          </div>
        ))}
      </Card>
      <Card>
        <Skeleton height={14} width={200} mt={9} mb={17} />
        <Skeleton height={360} />
      </Card>
      <Card>
        {[1, 2, 3, 4].map(row => (
          <Skeleton key={row} height={32} mb={12} />
        ))}
      </Card>
    </>
  )
}
