import type { EChartsType } from 'echarts/core'
import { useEffect, useRef } from 'react'
import { colourReader, decalOf, init } from './echarts.ts'
import { useDark } from './scheme.ts'
import type { SeriesStyle } from './seriesStyles.ts'

interface Props {
  readonly parts: readonly { readonly key: string; readonly style: SeriesStyle; readonly value: number }[]
  readonly size: number
  readonly label: string
}

/** Parts of a whole as a ring; names and numbers stand in the list beside it. */
export default function ShareChart({ parts, size, label }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType | null>(null)
  const scheme = useDark()
  useEffect(() => {
    const made = init(box.current!, null, { renderer: 'canvas', width: size, height: size })
    chart.current = made
    return () => {
      made.dispose()
      chart.current = null
    }
  }, [size])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new scheme has new colours
  useEffect(() => {
    const colour = colourReader(box.current!)
    const surface = colour('--ohm-surface')
    chart.current?.setOption({
      animation: false,
      series: {
        type: 'pie',
        radius: ['54%', '96%'],
        silent: true,
        label: { show: false },
        labelLine: { show: false },
        // The ring says one thing; where nothing was used it says nothing.
        stillShowZeroSum: false,
        data: parts.map(({ style, value }) => ({
          value,
          itemStyle: {
            color: colour(style.colour),
            borderColor: surface,
            borderWidth: 1.5,
            decal: decalOf(style.pattern, surface),
          },
        })),
      },
    })
  }, [parts, size, scheme])
  return <div ref={box} role="img" aria-label={label} style={{ width: size, height: size }} />
}
