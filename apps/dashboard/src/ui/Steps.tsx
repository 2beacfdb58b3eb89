import { useFormat, useMessages } from '../i18n/context.tsx'
import { CheckIcon } from './icons.tsx'
import classes from './Steps.module.css'

/** Where in a short series of pages this one is. `at` counts from 0. */
export function Steps({ names, at }: { names: readonly string[]; at: number }) {
  const { setup: text } = useMessages()
  const format = useFormat()
  return (
    <ol className={classes.steps} aria-label={text.step(format.count(at + 1), format.count(names.length))}>
      {names.map((name, step) => (
        <li
          key={name}
          className={classes.step}
          data-state={step < at ? 'done' : step === at ? 'now' : 'next'}
          aria-current={step === at ? 'step' : undefined}
        >
          <span className={classes.number}>
            {step < at ? <CheckIcon size={14} /> : format.count(step + 1)}
          </span>
          {name}
        </li>
      ))}
    </ol>
  )
}
