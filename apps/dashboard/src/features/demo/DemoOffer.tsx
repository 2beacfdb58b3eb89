import { Button, Progress } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { ohmstead } from '../../api/ohmstead.ts'
import { demoQuery, sitesQuery } from '../../api/queries.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { explain } from '../../ui/explain.ts'
import { FormError } from '../../ui/FormError.tsx'
import classes from './Demo.module.css'

/** Loads simulated sites beside the reader's own; for administrators. @param onReady when there is something to see */
export function DemoOffer({ onReady }: { onReady: () => void }) {
  const messages = useMessages()
  const { demo: text } = messages
  const format = useFormat()
  const client = useQueryClient()
  const demo = useQuery(demoQuery)
  const state = demo.data?.state
  const start = useMutation({
    mutationFn: () => ohmstead.startDemo(),
    onSuccess: data => client.setQueryData(demoQuery.queryKey, data),
  })
  // Only who waited for it is led there.
  const waited = start.isSuccess
  useEffect(() => {
    if (state !== 'live' || !waited) return
    void client.invalidateQueries({ queryKey: sitesQuery.queryKey }).then(onReady)
  }, [state, waited, client, onReady])
  if (state === undefined || state === 'elsewhere') return null
  const done = demo.data?.done ?? 0
  const error = start.error ?? (state === 'failed' ? new Error(demo.data?.reason ?? '') : null)
  return (
    <Card className={classes.offer}>
      <h2 className={classes.title}>{text.title}</h2>
      <p className={classes.lead}>{text.means}</p>
      {state === 'loading' ? (
        <div role="status">
          <p className={classes.lead}>{text.loading(format.share(done))}</p>
          <Progress value={done * 100} aria-label={text.title} />
        </div>
      ) : state === 'live' ? (
        <Button variant="default" onClick={onReady}>
          {text.look}
        </Button>
      ) : (
        <Button
          variant="default"
          loading={start.isPending || state === 'removing'}
          onClick={() => start.mutate()}
        >
          {text.use}
        </Button>
      )}
      <FormError
        text={
          error === null
            ? null
            : error instanceof Error && error.name === 'Error'
              ? error.message
              : explain(error, messages).happened
        }
      />
    </Card>
  )
}
