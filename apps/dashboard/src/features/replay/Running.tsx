import { Button, Select } from '@mantine/core'
import { NotFound, type Replay, type ReplayChange } from '@ohmstead/sdk'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { ohmstead } from '../../api/ohmstead.ts'
import { devicesQuery, sitesQuery } from '../../api/queries.ts'
import { replaysQuery, speakersQuery } from '../../api/said.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { explain } from '../../ui/explain.ts'
import { Failure } from '../../ui/Failure.tsx'
import { FormError } from '../../ui/FormError.tsx'
import { PauseIcon, PlayIcon, StopIcon } from '../../ui/icons.tsx'
import { RowsSkeleton } from '../../ui/ListSkeleton.tsx'
import { Sentence } from '../../ui/Sentence.tsx'
import { ModeMeans } from './ModeMeans.tsx'
import { spanText, speedsOf } from './period.ts'
import classes from './ReplayPage.module.css'
import { SaidList } from './SaidList.tsx'
import { Axis, Scrubber } from './Scrubber.tsx'
import type { ReplaySearch } from './search.ts'
import { type Told, useReplay } from './useReplay.ts'
import { Values } from './Values.tsx'

interface Props {
  readonly site: string
  readonly id: string
  readonly search: ReplaySearch
  readonly onSearch: (search: ReplaySearch, replace: boolean) => void
  readonly mayStart: boolean
}

/** One replay, as it goes on or as it was. */
export function Running(props: Props) {
  const { replay: text } = useMessages()
  const { site, id, onSearch } = props
  const told = useReplay(site, id)
  const { replay, error } = told
  if (error instanceof NotFound)
    return (
      <Card title={text.gone}>
        <p>{text.goneMeans}</p>
        <Button className={classes.next!} size="sm" onClick={() => onSearch({ fresh: true }, false)}>
          {text.fresh}
        </Button>
      </Card>
    )
  if (error !== null && replay === undefined)
    return (
      <Card>
        <Failure error={error} onRetry={told.again} />
      </Card>
    )
  if (replay === undefined) return <RowsSkeleton rows={4} />
  return replay.mode === 'lab' ? (
    <Lab {...props} replay={replay} said={told.said} />
  ) : (
    <Live {...props} replay={replay} />
  )
}

type LabProps = Props & Pick<Told, 'said'> & { readonly replay: Replay }

/** Its clock, its scrubber, and what was said and measured at the moment that is looked at. */
function Lab({ site, id, search, onSearch, mayStart, replay, said }: LabProps) {
  const { replay: text } = useMessages()
  const rules = useQuery(speakersQuery(site)).data ?? []
  const devices = useQuery(devicesQuery(site)).data ?? []
  const [moved, setMoved] = useState<number | null>(search.at ?? null)
  const at = moved ?? replay.through
  const look = (at: number | null) => {
    setMoved(at)
    onSearch(at === null ? { id } : { id, at: Math.round(at) }, true)
  }
  const told = { said, at, rules, devices }
  return (
    <>
      <Card>
        <State replay={replay} />
        <Controls replay={replay} mayStart={mayStart} onFresh={() => onSearch({ fresh: true }, false)} />
        <Scrubber span={replay} clock={replay.through} at={at} said={said} onMove={setMoved} onRest={look} />
        <Moment
          replay={replay}
          at={at}
          followed={moved === null}
          mayStart={mayStart}
          onFollow={() => look(null)}
        />
      </Card>
      <SaidList {...told} total={replay.said} onMoment={look} />
      <Values {...told} site={site} replay={replay} />
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
      <ModeMeans mode="lab" />
    </>
  )
}

/** How far it is; what follows from it is on the site's other pages, as from any new reading. */
function Live({ site, onSearch, mayStart, replay }: Props & { replay: Replay }) {
  const { replay: text } = useMessages()
  const format = useFormat()
  const { progress, sent, total, rejected, lateMs } = replay
  const source = useQuery(sitesQuery).data?.find(({ id }) => id === replay.source)?.name ?? replay.source
  return (
    <>
      <Card>
        <State replay={replay} />
        <Controls replay={replay} mayStart={mayStart} onFresh={() => onSearch({ fresh: true }, false)} />
        <div className={classes.scrubber}>
          <div
            className={classes.still}
            role="progressbar"
            aria-label={text.progress}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={Math.floor(progress * 100)}
          >
            <div className={classes.rail}>
              <span className={classes.played} style={{ width: `${progress * 100}%` }} />
              <span className={classes.clockMark} style={{ left: `${progress * 100}%` }} />
            </div>
          </div>
          <Axis span={replay} />
        </div>
        <dl className={classes.facts}>
          <Fact name={text.source}>{source}</Fact>
          <Fact name={text.sent}>
            {total === null ? format.count(sent) : text.of(format.count(sent), format.count(total))}
          </Fact>
          <Fact name={text.rejected}>{format.count(rejected)}</Fact>
          <Fact name={text.behind}>{lateMs < 1000 ? text.inTime : spanText(lateMs, format.locale)}</Fact>
        </dl>
        <Button
          size="xs"
          variant="default"
          renderRoot={props => <Link {...props} to="/sites/$site/now" params={{ site }} />}
        >
          {text.toNow}
        </Button>
        {rejected > 0 && (
          <Button
            size="xs"
            variant="subtle"
            renderRoot={props => (
              <Link {...props} to="/sites/$site/settings/$section" params={{ site, section: 'refused' }} />
            )}
          >
            {text.toRefused}
          </Button>
        )}
      </Card>
      <ModeMeans mode="live" />
    </>
  )
}

function Fact({ name, children }: { name: string; children: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** What it does, where its clock stands, how far it is. */
function State({ replay }: { replay: Replay }) {
  const { replay: text } = useMessages()
  const format = useFormat()
  const { mode, through, progress, readings, said, from, to, reason } = replay
  const word = stateWord(replay)
  return (
    <div className={classes.state}>
      <p className={classes.stateWord} data-state={word}>
        {text.modes[mode]} · {text.states[word]}
      </p>
      <p className={classes.bigClock} data-through={through}>
        <span className={classes.bigTime}>{format.clockWithSeconds(through)}</span>
        <span>{format.longDate(through)}</span>
      </p>
      <p className={classes.figures}>
        <span>{format.dateTimes(from, to)}</span>
        <span>{text.done(format.share(progress))}</span>
        <span>{text.readings(readings, format.count(readings))}</span>
        {mode === 'lab' && <span>{text.marks(said, format.count(said))}</span>}
      </p>
      {reason !== null && <p className={classes.stopped}>{reason}</p>}
    </div>
  )
}

export const stateWord = ({ state, paused }: Pick<Replay, 'state' | 'paused'>) =>
  state === 'running' && paused ? 'paused' : state

interface ControlsProps {
  readonly replay: Replay
  readonly mayStart: boolean
  readonly onFresh: () => void
}

function Controls({ replay, mayStart, onFresh }: ControlsProps) {
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
