import { Button, Select } from '@mantine/core'
import { NotFound, type Replay, type ReplayChange } from '@ohmstead/sdk'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ohmstead } from '../../api/ohmstead.ts'
import { devicesQuery } from '../../api/queries.ts'
import { replaysQuery, speakersQuery } from '../../api/said.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { explain } from '../../ui/explain.ts'
import { Failure } from '../../ui/Failure.tsx'
import { FormError } from '../../ui/FormError.tsx'
import { PauseIcon, PlayIcon, StopIcon } from '../../ui/icons.tsx'
import { RowsSkeleton } from '../../ui/ListSkeleton.tsx'
import { Sentence } from '../../ui/Sentence.tsx'
import { Lab } from './Lab.tsx'
import { speeds } from './period.ts'
import classes from './ReplayPage.module.css'
import { SaidList } from './SaidList.tsx'
import { Scrubber } from './Scrubber.tsx'
import type { ReplaySearch } from './search.ts'
import { useReplay } from './useReplay.ts'
import { Values } from './Values.tsx'

interface Props {
  readonly site: string
  readonly id: string
  readonly search: ReplaySearch
  readonly onSearch: (search: ReplaySearch, replace: boolean) => void
  readonly mayStart: boolean
}

/** One replay: its clock, its scrubber, and what was said and measured at the moment that is looked at. */
export function Running({ site, id, search, onSearch, mayStart }: Props) {
  const { replay: text } = useMessages()
  const { replay, said, error, again } = useReplay(site, id)
  const rules = useQuery(speakersQuery(site)).data ?? []
  const devices = useQuery(devicesQuery(site)).data ?? []
  const [moved, setMoved] = useState<number | null>(search.at ?? null)
  const fresh = () => onSearch({ fresh: true }, false)
  if (error instanceof NotFound)
    return (
      <Card title={text.gone}>
        <p>{text.goneMeans}</p>
        <Button className={classes.next!} size="sm" onClick={fresh}>
          {text.fresh}
        </Button>
      </Card>
    )
  if (error !== null && replay === undefined)
    return (
      <Card>
        <Failure error={error} onRetry={again} />
      </Card>
    )
  if (replay === undefined) return <RowsSkeleton rows={4} />
  const at = moved ?? replay.through
  const look = (at: number | null) => {
    setMoved(at)
    onSearch(at === null ? { id } : { id, at: Math.round(at) }, true)
  }
  return (
    <>
      <Card>
        <State replay={replay} />
        <Controls replay={replay} mayStart={mayStart} onFresh={fresh} />
        <Scrubber span={replay} clock={replay.through} at={at} said={said} onMove={setMoved} onRest={look} />
        <Moment
          replay={replay}
          at={at}
          followed={moved === null}
          mayStart={mayStart}
          onFollow={() => look(null)}
        />
      </Card>
      <SaidList
        site={site}
        said={said}
        total={replay.said}
        at={at}
        rules={rules}
        devices={devices}
        onMoment={look}
      />
      <Values site={site} replay={replay} said={said} at={at} rules={rules} devices={devices} />
      <Card title={text.rules}>
        <ul className={classes.sentences}>
          {replay.rules.map(({ id, sentence, stopped }) => (
            <li key={id}>
              <Sentence text={sentence} />
              {stopped !== null && <p className={classes.stopped}>{text.ruleStopped(stopped)}</p>}
            </li>
          ))}
        </ul>
      </Card>
      <Lab />
    </>
  )
}

/** What it does, where its clock stands, how far it is. */
function State({ replay }: { replay: Replay }) {
  const { replay: text } = useMessages()
  const format = useFormat()
  const word = replay.state === 'running' && replay.paused ? 'paused' : replay.state
  return (
    <div className={classes.state}>
      <p className={classes.stateWord} data-state={word}>
        {text.states[word]}
      </p>
      <p className={classes.bigClock} data-through={replay.through}>
        {format.dateTime(replay.through)}
      </p>
      <p className={classes.figures}>
        <span>{format.dateTimes(replay.from, replay.to)}</span>
        <span>{text.done(format.share(replay.progress))}</span>
        <span>{text.readings(replay.readings, format.count(replay.readings))}</span>
        <span>{text.said(replay.said, format.count(replay.said))}</span>
      </p>
      {replay.reason !== null && <p className={classes.stopped}>{replay.reason}</p>}
    </div>
  )
}

function Controls({ replay, mayStart, onFresh }: { replay: Replay; mayStart: boolean; onFresh: () => void }) {
  const { replay: text } = useMessages()
  const { change, stop, failed } = useDeeds(replay)
  const words = useSpeedWords()
  if (!mayStart) return null
  const runs = replay.state === 'running'
  return (
    <div className={classes.controls}>
      {runs && (
        <>
          <Button
            size="sm"
            leftSection={replay.paused ? <PlayIcon /> : <PauseIcon />}
            loading={change.isPending}
            onClick={() => change.mutate({ paused: !replay.paused })}
          >
            {replay.paused ? text.goOn : text.pause}
          </Button>
          <Button
            size="sm"
            variant="default"
            leftSection={<StopIcon />}
            loading={stop.isPending}
            onClick={() => stop.mutate()}
          >
            {text.stop}
          </Button>
          <Select
            className={classes.speed!}
            size="sm"
            aria-label={text.speed}
            data={[...new Set([...speeds, replay.speed])].map(speed => ({
              value: String(speed),
              label: words(speed),
            }))}
            value={String(replay.speed)}
            onChange={value => change.mutate({ speed: value === 'null' ? null : Number(value) })}
            allowDeselect={false}
          />
        </>
      )}
      <Button size="sm" variant={runs ? 'subtle' : 'default'} onClick={onFresh}>
        {text.fresh}
      </Button>
      <FormError text={failed} />
    </div>
  )
}

/** What can be done to it, and why it was not. */
function useDeeds({ site, id }: Replay) {
  const messages = useMessages()
  const client = useQueryClient()
  const change = useMutation({
    mutationFn: (change: ReplayChange) => ohmstead.changeReplay(site, id, change),
  })
  const stop = useMutation({
    mutationFn: () => ohmstead.stopReplay(site, id),
    onSuccess: () => client.invalidateQueries({ queryKey: replaysQuery(site).queryKey }),
  })
  const error = change.error ?? stop.error
  const said = error === null ? null : explain(error, messages)
  return { change, stop, failed: said === null ? null : [said.happened, said.todo].filter(Boolean).join(' ') }
}

/** "60 ×", "as fast as possible". */
export function useSpeedWords(): (speed: number | null) => string {
  const { replay: text } = useMessages()
  const format = useFormat()
  return speed => (speed === null ? text.fastest : `${format.count(speed)} ×`)
}

interface MomentProps {
  readonly replay: Replay
  readonly at: number
  readonly followed: boolean
  readonly mayStart: boolean
  readonly onFollow: () => void
}

/** Which moment is looked at, and the way back to the clock or ahead to there. */
function Moment({ replay, at, followed, mayStart, onFollow }: MomentProps) {
  const { replay: text } = useMessages()
  const format = useFormat()
  const { change, failed } = useDeeds(replay)
  const ahead = at > replay.through
  const runs = replay.state === 'running'
  const skip = () => change.mutate({ through: Math.round(at) }, { onSuccess: onFollow })
  return (
    <div className={classes.moment}>
      <p>
        {followed ? text.following : text.lookingAt(format.dateTime(at))}
        {ahead && ` ${runs ? text.notYet : text.never}`}
      </p>
      {!followed && (
        <Button size="compact-sm" variant="default" onClick={onFollow}>
          {text.follow}
        </Button>
      )}
      {ahead && runs && mayStart && (
        <Button size="compact-sm" variant="default" loading={change.isPending} onClick={skip}>
          {text.skip}
        </Button>
      )}
      <FormError text={failed} />
    </div>
  )
}
