import { useFormat, useMessages } from '../../i18n/context.tsx'
import type { Liveness } from '../../live/liveness.ts'
import { StateMark } from '../../ui/StateMark.tsx'
import classes from './DevicesPage.module.css'
import { states } from './rows.ts'

interface Props {
  readonly counts: ReadonlyMap<string, number>
  readonly all: number
  readonly value: Liveness | undefined
  readonly onChange: (state: Liveness | undefined) => void
}

/** How many devices are in each state; one of them can be asked for alone. */
export function StateFilter({ counts, all, value, onChange }: Props) {
  const { devices: text } = useMessages()
  const format = useFormat()
  const shown = states.filter(state => state === value || (counts.get(state) ?? 0) > 0)
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a frame and a legend of its own
    <div className={classes.states} role="group" aria-label={text.stateFilter}>
      <button
        type="button"
        className={classes.state}
        aria-pressed={value === undefined}
        onClick={() => onChange(undefined)}
      >
        {text.all} <span className={classes.count}>{format.count(all)}</span>
      </button>
      {shown.map(state => (
        <button
          key={state}
          type="button"
          className={classes.state}
          aria-pressed={state === value}
          onClick={() => onChange(state === value ? undefined : state)}
        >
          <StateMark state={state} />{' '}
          <span className={classes.count}>{format.count(counts.get(state) ?? 0)}</span>
        </button>
      ))}
    </div>
  )
}
