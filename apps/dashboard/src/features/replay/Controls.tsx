import { Button, Select } from '@mantine/core'
import type { Replay } from '@ohmstead/sdk'
import { useMessages } from '../../i18n/context.tsx'
import { FormError } from '../../ui/FormError.tsx'
import { PauseIcon, PlayIcon, StopIcon } from '../../ui/icons.tsx'
import classes from './Controls.module.css'
import { speedsOf } from './period.ts'
import { useDeeds } from './useDeeds.ts'
import { useSpeedWords } from './useSpeedWords.ts'

interface ControlsProps {
  readonly replay: Replay
  readonly mayStart: boolean
  readonly onFresh: () => void
}

/** How it is stopped, held and hurried, and the way to another one. */
export function Controls({ replay, mayStart, onFresh }: ControlsProps) {
  const { replay: text } = useMessages()
  const { stop, failed } = useDeeds(replay)
  if (!mayStart) return null
  const runs = replay.state === 'running'
  return (
    <div className={classes.controls}>
      {runs && replay.mode === 'lab' && <Pace replay={replay} />}
      {runs && (
        <Button
          size="sm"
          variant="default"
          leftSection={<StopIcon />}
          loading={stop.isPending}
          onClick={() => stop.mutate()}
        >
          {text.stop}
        </Button>
      )}
      <Button size="sm" variant={runs ? 'subtle' : 'default'} onClick={onFresh}>
        {text.fresh}
      </Button>
      <FormError text={failed} />
    </div>
  )
}

/** A clock of one's own can stand still and go faster; what is sent live keeps its pace. */
function Pace({ replay }: { replay: Replay }) {
  const { replay: text } = useMessages()
  const { change, failed } = useDeeds(replay)
  const words = useSpeedWords()
  return (
    <>
      <Button
        size="sm"
        leftSection={replay.paused ? <PlayIcon /> : <PauseIcon />}
        loading={change.isPending}
        onClick={() => change.mutate({ paused: !replay.paused })}
      >
        {replay.paused ? text.goOn : text.pause}
      </Button>
      <Select
        className={classes.speed!}
        size="sm"
        aria-label={text.speed}
        data={[...new Set([...speedsOf('lab'), replay.speed])].map(speed => ({
          value: String(speed),
          label: words(speed),
        }))}
        value={String(replay.speed)}
        onChange={value => change.mutate({ speed: value === 'null' ? null : Number(value) })}
        allowDeselect={false}
      />
      <FormError text={failed} />
    </>
  )
}
