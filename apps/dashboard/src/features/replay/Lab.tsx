import type { Replay } from '@ohmstead/sdk'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { devicesQuery } from '../../api/queries.ts'
import { ruleCheckQuery, type Saying } from '../../api/rules.ts'
import { speakersQuery } from '../../api/said.ts'
import { useMessages } from '../../i18n/context.tsx'
import type { ForLab } from '../../parts/forLab.ts'
import { RuleSentence } from '../../parts/said/RuleSentence.tsx'
import { Card } from '../../ui/Card.tsx'
import { Sentence } from '../../ui/Sentence.tsx'
import { Controls } from './Controls.tsx'
import classes from './Lab.module.css'
import { ModeMeans } from './ModeMeans.tsx'
import { Moment } from './Moment.tsx'
import { type Played, playedBy } from './played.ts'
import type { RunningProps } from './Running.tsx'
import { SaidList } from './SaidList.tsx'
import { Scrubber } from './Scrubber.tsx'
import { State } from './State.tsx'
import type { Told } from './useReplay.ts'
import { Values } from './Values.tsx'

type LabProps = RunningProps & Pick<Told, 'said'> & { readonly replay: Replay }

/** Its clock, its scrubber, and what was said and measured at the moment that is looked at. */
export function Lab({ site, id, search, onSearch, mayStart, lab, replay, said }: LabProps) {
  const { replay: text } = useMessages()
  const rules = usePlayed(site, replay, lab)
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
          {replay.rules.map(({ id, sentence, stopped }, at) => (
            <li key={id}>
              <Words site={site} rule={rules[at]!} sentence={sentence} />
              {stopped !== null && <p className={classes.stopped}>{text.ruleStopped(stopped)}</p>}
            </li>
          ))}
        </ul>
      </Card>
      <ModeMeans mode="lab" />
    </>
  )
}

/** What a rule said that was played to; where that is not known, in the words of the server. */
function Words({ site, rule, sentence }: { site: string; rule: Played; sentence: string }) {
  if (rule.saying === null) return <Sentence english text={sentence} />
  return (
    <>
      {rule.isDraft && `${rule.name}: `}
      <RuleSentence site={site} rule={rule.saying} />
    </>
  )
}

/** The rules of a replay, and what it was started with. */
function usePlayed(site: string, replay: Replay, lab: ForLab | undefined): readonly Played[] {
  const { replay: text } = useMessages()
  const speakers = useQuery(speakersQuery(site)).data
  const draft = lab?.replay === replay.id ? lab.draft : null
  const check = useQuery({ ...ruleCheckQuery(site, draft ?? nothing), enabled: draft !== null }).data
  const { rules, startedAt } = replay
  // Told anew with every step of its clock, a replay's rules stay the same.
  const key = rules.map(({ id }) => id).join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for the rules
  return useMemo(
    () =>
      playedBy(
        { rules, startedAt },
        {
          rules: speakers ?? [],
          brought: draft && { draft, check },
          unsavedName: text.unsaved,
        },
      ),
    [key, startedAt, speakers, draft, check, text],
  )
}

const nothing: Saying = { definition: { kind: 'epl', text: '' }, actions: [] }
