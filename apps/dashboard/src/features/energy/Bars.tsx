import { Skeleton } from '@mantine/core'
import { useCallback, useMemo } from 'react'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { useAt } from '../../live/context.tsx'
import { Failure } from '../../ui/Failure.tsx'
import { useModule } from '../../ui/useModule.ts'
import { BarTooltip } from './BarTooltip.tsx'
import { barsOf, seriesOf } from './bars.ts'
import { InPlace, type Pictured, pictureHeight } from './picture.tsx'
import type { Moves } from './view.ts'

interface Props extends Pictured {
  readonly title: string
  readonly move: Moves
}

/** The chart with its library, which is large. */
export const useBarChart = () => useModule('bar chart', () => import('../../ui/chart/BarChart.tsx'))

/** Energy over time; the chart itself is fetched when it is first needed. */
export function Bars({ shown, energy, drawn, names, words, labels, move, title }: Props) {
  const { energy: text } = useMessages()
  const format = useFormat()
  const now = useAt(present => Math.floor(present / 60_000) * 60_000)
  const { module, failure } = useBarChart()
  const bars = useMemo(
    () => barsOf({ shown, energy, drawn, labels, words, now, format, text }),
    [shown, energy, drawn, labels, words, now, format, text],
  )
  const series = useMemo(() => seriesOf(drawn, names), [drawn, names])
  const formatNumber = useMemo(() => {
    const number = new Intl.NumberFormat(format.locale, { maximumSignificantDigits: 3 })
    return (value: number) => number.format(value)
  }, [format.locale])
  const told = { shown, energy, drawn, names, words, labels, now }
  // biome-ignore lint/correctness/useExhaustiveDependencies: `told` is new each time, what is in it is not
  const tooltip = useCallback((at: number) => <BarTooltip at={at} {...told} />, Object.values(told))
  if (failure !== null)
    return (
      <InPlace>
        <Failure error={failure} onRetry={() => location.reload()} />
      </InPlace>
    )
  if (module === undefined) return <Skeleton height={pictureHeight} />
  return (
    <module.default
      bars={bars}
      series={series}
      compared={energy.compared}
      height={pictureHeight}
      formatNumber={formatNumber}
      words={{ above: words.usedWord, below: words.fedInWord }}
      selected={shown.bar}
      label={`${title}, ${labels.period(shown.period)}`}
      tooltip={tooltip}
      onSelect={move.select}
      onBeyond={move.step}
    />
  )
}
