import type { RuleState } from '../../api/rules.ts'
import { useMessages } from '../../i18n/context.tsx'
import { LiveShape, NewShape, OffShape, SilentShape, WarnIcon } from '../../ui/icons.tsx'
import classes from './Rules.module.css'

const shapes = {
  running: LiveShape,
  starting: NewShape,
  stopped: SilentShape,
  failed: WarnIcon,
  off: OffShape,
} as const

/** Shape and word of how a rule is doing; the colour only repeats them. */
export function RuleStateMark({ state }: { state: RuleState }) {
  const { rules: text } = useMessages()
  const Shape = shapes[state]
  return (
    <span className={classes.mark} data-state={state} title={text.explain[state]}>
      <Shape />
      {text.states[state]}
    </span>
  )
}
