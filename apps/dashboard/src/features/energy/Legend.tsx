import { useMemo } from 'react'
import { useMessages } from '../../i18n/context.tsx'
import { onlyStyle } from '../../ui/chart/seriesStyles.ts'
import { hatchingOf } from './certainty.ts'
import classes from './Legend.module.css'
import { marksOf } from './marks.ts'
import type { Pictured } from './picture.tsx'

/** Says what hatching, grey bars and marks mean, where there are any. */
export function Legend({ energy, drawn, shown }: Pick<Pictured, 'energy' | 'drawn' | 'shown'>) {
  const { energy: text } = useMessages()
  const told = useMemo(() => {
    const { revisions, edits } = energy
    const marks = marksOf({ bars: shown.bars, segments: drawn, revisions, edits })
    const isHatched = drawn.some(({ buckets }) => buckets.some(bucket => hatchingOf(bucket) !== 'none'))
    return [
      ...(isHatched ? [['hatched', text.legend.hatched]] : []),
      ...(energy.compared === null ? [] : [['compared', text.legend.compared]]),
      ...(marks.includes('edited') ? [['edited', text.marks.edited]] : []),
      ...(marks.includes('changed') ? [['changed', text.marks.changed]] : []),
      ...(revisions === null ? [['changed', text.marks.many]] : []),
    ] as [string, string][]
  }, [energy, drawn, shown.bars, text])
  // The line is there before it is known what stands in it, so that nothing jumps.
  if (energy.segments === undefined || told.length === 0) return <div className={classes.legend} />
  return (
    <ul className={classes.legend}>
      {told.map(([mark, words]) => (
        <li key={words}>
          <span
            className={classes.sample}
            data-mark={mark}
            style={{ '--sample': `var(${onlyStyle.colour})` } as object}
          />
          {words}
        </li>
      ))}
    </ul>
  )
}
