import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type Explanation, explanationQuery } from '../../api/energy.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { spoken } from '../../i18n/format.ts'
import { useEditName } from '../../parts/EnergyHistory.tsx'
import { Failure } from '../../ui/Failure.tsx'
import type { FlowWords } from './flows.ts'
import type { Names } from './names.ts'
import classes from './Why.module.css'

interface Props {
  readonly site: string
  readonly device: string
  /** Its start, as the server writes it. */
  readonly slot: string
  readonly names: Names
  readonly words: FlowWords
}

/** Why a slot is as it is: what each series says of it, where readings are missing, and what people said. */
export function Why({ site, device, slot, names, words }: Props) {
  const { energy: text } = useMessages()
  const answer = useQuery(explanationQuery(site, device, slot))
  const editName = useEditName()
  if (answer.data === undefined)
    return answer.isError ? (
      <Failure error={answer.error} onRetry={() => answer.refetch()} />
    ) : (
      <Skeleton height={40} />
    )
  const { series, edits, members } = answer.data
  return (
    <div className={classes.why}>
      {edits.map(edit => (
        <p key={edit.id}>
          <b>{text.why.edits}:</b> {editName(edit)} ({edit.who})
        </p>
      ))}
      {members.length > 0 && (
        <p>
          {text.why.members}:{' '}
          {members
            .map(({ device: id, sign }, at) => `${sign < 0 ? '− ' : at === 0 ? '' : '+ '}${names.device(id)}`)
            .join(' ')}
        </p>
      )}
      {series.map(one => (
        <Series key={`${one.measurement} ${one.field} ${JSON.stringify(one.tags)}`} one={one} words={words} />
      ))}
      {series.length === 0 && members.length === 0 && <p>{text.why.noSeries}</p>}
    </div>
  )
}

function Series({ one, words }: { one: Explanation['series'][number]; words: FlowWords }) {
  const { energy: text } = useMessages()
  const format = useFormat()
  const at = (time: string) => format.dateTime(Date.parse(time))
  const { measurement, field, kind, samples, steps, gaps } = one
  return (
    <div>
      <p>
        <b>{text.why.series(`${measurement}.${field}`, text.why.kinds[kind])}:</b>{' '}
        {text.why.samples(samples, format.count(samples))}.
        {steps.length === 0 && gaps.length === 0 && samples > 0 && ` ${text.why.fine}`}
      </p>
      {steps.map(step => (
        <p key={`${step.direction} ${step.from}`} className={classes.step}>
          {text.why.step(
            format.dateTimes(Date.parse(step.from), Date.parse(step.to)),
            spoken(format.energy(step.energyWh)),
          )}{' '}
          {step.direction === 'import' ? words.usedWord : words.fedInWord}
          {step.verdict !== null && `, ${text.why.verdicts[step.verdict]}`},{' '}
          {text.why.certainties[step.certainty]}
        </p>
      ))}
      {gaps.map(gap => (
        <p key={gap.from} className={classes.step}>
          {text.why.gap(at(gap.from), at(gap.to))}
        </p>
      ))}
    </div>
  )
}
