import { Skeleton } from '@mantine/core'
import { useMemo } from 'react'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { spoken } from '../../i18n/format.ts'
import { Failure } from '../../ui/Failure.tsx'
import { QuantityText } from '../../ui/QuantityText.tsx'
import { Swatch } from '../../ui/Swatch.tsx'
import { useModule } from '../../ui/useModule.ts'
import type { Names } from './names.ts'
import classes from './Shares.module.css'
import { addKnown, type Segment, totalOf } from './segments.ts'
import type { Shown } from './shown.ts'

interface Props {
  readonly shown: Shown
  readonly drawn: readonly Segment[]
  readonly names: Names
  readonly height: number
  readonly title: string
}

/** What each part is of all that was used, in the chosen bar or the whole time. */
export function Shares({ shown, drawn, names, height, title }: Props) {
  const { energy: text } = useMessages()
  const format = useFormat()
  const { module, failure } = useModule('share chart', () => import('../../ui/chart/ShareChart.tsx'))
  const parts = useMemo(
    () =>
      drawn
        .map(segment => ({
          key: `${segment.kind} ${segment.key}`,
          name: names.of(segment),
          style: names.style(segment),
          value:
            (shown.bar === null ? totalOf(segment, 'importWh') : segment.buckets[shown.bar]?.importWh) ?? 0,
        }))
        .filter(({ value }) => value > 0),
    [drawn, names, shown.bar],
  )
  const sum = addKnown(parts.map(({ value }) => value))
  const percent = new Intl.NumberFormat(format.locale, { style: 'percent', maximumFractionDigits: 1 })
  const size = Math.min(280, height)
  return (
    <div className={classes.shares} style={{ minHeight: height }}>
      <div className={classes.ring} style={{ width: size, height: size }}>
        {module !== undefined ? (
          <module.default
            parts={parts}
            size={size}
            label={`${title}: ${parts.map(({ name, value }) => `${name} ${spoken(format.energy(value))}`).join(', ')}`}
          />
        ) : failure === null ? (
          <Skeleton height={size} circle />
        ) : (
          <Failure error={failure} onRetry={() => location.reload()} />
        )}
        <div className={classes.middle}>
          <QuantityText quantity={format.energy(sum)} raw={sum === null ? undefined : `${sum} Wh`} />
          <span className={classes.word}>{text.usedWord}</span>
        </div>
      </div>
      <ul className={classes.list}>
        {parts.map(({ key, name, style, value }) => (
          <li key={key}>
            <Swatch style={style} />
            <span className={classes.name}>{name}</span>
            <span>{percent.format(value / (sum ?? 1))}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
