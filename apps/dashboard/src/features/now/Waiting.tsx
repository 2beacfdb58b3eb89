import { Skeleton } from '@mantine/core'
import { Card } from '../../ui/Card.tsx'
import classes from './Figures.module.css'

/** A figure's shape while it is not known. @param lines below the figure */
export function Waiting({ lines = 1 }: { lines?: 1 | 2 }) {
  return (
    <Card className={classes.figure}>
      <Skeleton height={14} width="50%" mt={3} mb={7} />
      <Skeleton height={32} width="65%" my={6} />
      <Skeleton height={12} width="80%" mt={4} mb={4} />
      {lines === 2 && <Skeleton height={12} width="60%" mt={4} mb={4} />}
    </Card>
  )
}
