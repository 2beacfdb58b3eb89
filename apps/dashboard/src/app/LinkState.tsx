import { Button } from '@mantine/core'
import { Unauthenticated } from '@ohmstead/sdk'
import { useMessages } from '../i18n/context.tsx'
import { useLive, useSignal } from '../live/context.tsx'
import { explain } from '../ui/explain.ts'
import { LateShape, LiveShape, SilentShape } from '../ui/icons.tsx'
import { Notice } from '../ui/Notice.tsx'
import classes from './LinkState.module.css'

const shapes = { open: LiveShape, connecting: LateShape, waiting: SilentShape, ended: SilentShape } as const

/** Whether the page is live, small and always there. */
export function LinkMark() {
  const { link: text } = useMessages()
  const { state } = useSignal(useLive().link)
  const Shape = shapes[state]
  return (
    <span className={classes.mark} data-state={state} role="status">
      <Shape />
      <span className={classes.word}>{state === 'ended' ? text.waiting : text[state]}</span>
    </span>
  )
}

/** Says what it means when it is not; the sign-in dialog has its own words. */
export function LinkNotice() {
  const messages = useMessages()
  const { link: text, common } = messages
  const live = useLive()
  const link = useSignal(live.link)
  if (link.state === 'waiting')
    return (
      <div className={classes.notice}>
        <Notice
          tone="warn"
          title={navigator.onLine ? text.waiting : text.offline}
          action={<Retry label={common.retry} onClick={live.retryNow} />}
        >
          <p>
            {text.waitingMeans} {text.retrying}
          </p>
        </Notice>
      </div>
    )
  if (link.state === 'ended' && !(link.error instanceof Unauthenticated))
    return (
      <div className={classes.notice}>
        <Notice tone="bad" title={text.ended} action={<Retry label={common.retry} onClick={live.retryNow} />}>
          <p>{explain(link.error, messages).happened}</p>
        </Notice>
      </div>
    )
  return null
}

function Retry({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <Button size="xs" variant="default" onClick={onClick}>
      {label}
    </Button>
  )
}
