import { Button } from '@mantine/core'
import { useMessages } from '../i18n/context.tsx'
import { CopyText } from './CopyText.tsx'
import { explain } from './explain.ts'
import classes from './Failure.module.css'

/** An error in the place of what it kept from being shown. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const messages = useMessages()
  const { happened, means, todo, detail } = explain(error, messages)
  return (
    <div className={classes.failure} role="alert">
      <p className={classes.happened}>{happened}</p>
      {means !== undefined && <p>{means}</p>}
      {todo !== undefined && <p>{todo}</p>}
      <div className={classes.actions}>
        {onRetry && (
          <Button size="sm" variant="light" onClick={onRetry}>
            {messages.common.retry}
          </Button>
        )}
        <details className={classes.details}>
          <summary>{messages.errors.detail}</summary>
          <pre>{detail}</pre>
          <CopyText text={detail} />
        </details>
      </div>
    </div>
  )
}
