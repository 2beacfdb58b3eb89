import type { RuleState } from '../../api/rules.ts'
import { useMessages } from '../../i18n/context.tsx'
import { LiveShape, NewShape, OffShape, SilentShape, WarnIcon } from '../../ui/icons.tsx'
import mark from '../../ui/StateMark.module.css'

const shapes = {
  running: LiveShape,
  starting: NewShape,
  stopped: SilentShape,
  failed: WarnIcon,
  off: OffShape,
} as const

/** As states of devices are marked. */
const marks = {
  running: 'live',
  starting: 'late',
  stopped: 'silent',
  failed: 'silent',
  off: undefined,
} as const

/** Shape and word of how a rule is doing; the colour only repeats them. */
export function RuleStateMark({ state }: { state: RuleState }) {
  const { rules: text } = useMessages()
  const Shape = shapes[state]
  return (
    <span className={mark.mark} data-state={marks[state]} title={text.explain[state]}>
      <Shape />
      {text.states[state]}
    </span>
  )
}
