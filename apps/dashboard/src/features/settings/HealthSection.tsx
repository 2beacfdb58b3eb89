import { useQuery } from '@tanstack/react-query'
import { healthQuery } from '../../api/queries.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { Failure } from '../../ui/Failure.tsx'
import { healthTodo } from '../../ui/healthTodo.ts'
import { RowsSkeleton } from '../../ui/ListSkeleton.tsx'
import { Notice } from '../../ui/Notice.tsx'
import classes from './SettingsPage.module.css'

/** Whether the server is well, and what to do where it is not; for the platform's administrators. */
export function HealthSection() {
  const { settings: text, problems } = useMessages()
  const format = useFormat()
  const health = useQuery(healthQuery)
  return (
    <Card title={text.names.health}>
      {health.data === undefined ? (
        health.isError ? (
          <Failure error={health.error} onRetry={() => health.refetch()} />
        ) : (
          <RowsSkeleton rows={2} rowHeight={48} />
        )
      ) : health.data.troubles.length === 0 ? (
        <p className={classes.lead}>{problems.well}</p>
      ) : (
        health.data.troubles.map(({ part, reason, since }) => (
          <Notice key={part} tone="bad" title={`${part}: ${reason}`}>
            <p>{healthTodo(problems, part)}</p>
            <p>{problems.since(format.dateTime(since))}</p>
          </Notice>
        ))
      )}
    </Card>
  )
}
