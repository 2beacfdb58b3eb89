import type { Replay } from '@ohmstead/sdk'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { devicesQuery } from '../../api/queries.ts'
import { speakersQuery } from '../../api/said.ts'
import { useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { Sentence } from '../../ui/Sentence.tsx'
import { Controls } from './Controls.tsx'
import { ModeMeans } from './ModeMeans.tsx'
import { Moment } from './Moment.tsx'
import classes from './ReplayPage.module.css'
import type { RunningProps } from './Running.tsx'
import { SaidList } from './SaidList.tsx'
import { Scrubber } from './Scrubber.tsx'
import { State } from './State.tsx'
import type { Told } from './useReplay.ts'
import { Values } from './Values.tsx'

type LabProps = RunningProps & Pick<Told, 'said'> & { readonly replay: Replay }

/** Its clock, its scrubber, and what was said and measured at the moment that is looked at. */
export function Lab({ site, id, search, onSearch, mayStart, replay, said }: LabProps) {
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
