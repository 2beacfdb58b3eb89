import { Button, NativeSelect, SegmentedControl, TextInput } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { useAt } from '../../live/context.tsx'
import { ChevronIcon } from '../../ui/icons.tsx'
import type { Labels } from './labels.ts'
import { addDays, comparedWith, localDate, oddHours } from './period.ts'
import { comparisons, type EnergySearch, type Span, spans } from './search.ts'
import type { Shown } from './shown.ts'
import classes from './Toolbar.module.css'
import type { Go, Moves } from './view.ts'

interface Props {
  readonly search: EnergySearch
  readonly shown: Shown
  readonly labels: Labels
  readonly zone: string
  readonly move: Moves
  readonly go: Go
}

/** Which time is shown, in which bars, and what it is compared with. */
export function Toolbar({ search, shown, labels, zone, move, go }: Props) {
  const { energy: text } = useMessages()
  const format = useFormat()
  const isNow = useAt(now => now >= shown.period.start && now < shown.period.end)
  const isPast = useAt(now => shown.period.end <= now)
  const narrow = useMediaQuery('(max-width: 720px)', window.innerWidth <= 720, {
    getInitialValueInEffect: false,
  })
  const { period, by, sizes, comparison } = shown
  const odd = oddHours(period, period.span)
  const choose = (span: Span) => go(withSpan(search, span, shown, zone), 'replace')
  const spanChoices = spans
    // An hour is reached through its bar; there it is named.
    .filter(span => span !== 'hour' || period.span === 'hour')
    .map(value => ({ value, label: text.spans[value] }))
  return (
    <section className={classes.toolbar} aria-label={text.span}>
      <div className={classes.row}>
        {narrow ? (
          <NativeSelect
            size="sm"
            aria-label={text.span}
            value={period.span}
            onChange={event => choose(event.currentTarget.value as Span)}
            data={spanChoices}
          />
        ) : (
          <SegmentedControl
            size="sm"
            aria-label={text.span}
            value={period.span}
            onChange={value => choose(value as Span)}
            data={spanChoices}
          />
        )}
        <div className={classes.selects}>
          {sizes.length > 1 && (
            <NativeSelect
              size="sm"
              aria-label={text.size}
              value={by}
              onChange={event => {
                const { bar: _, ...rest } = search
                go({ ...rest, by: event.currentTarget.value as typeof by }, 'replace')
              }}
              data={sizes.map(value => ({ value, label: `${text.size}: ${text.sizes[value]}` }))}
            />
          )}
          <NativeSelect
            size="sm"
            aria-label={text.compare}
            value={comparison ?? 'none'}
            onChange={event => {
              const { compare: _, ...rest } = search
              const value = event.currentTarget.value
              go(
                value === 'none' ? rest : { ...rest, compare: value as NonNullable<typeof comparison> },
                'replace',
              )
            }}
            data={[
              { value: 'none', label: text.comparisons.none },
              ...comparisons
                .filter(one => comparedWith(period, one, zone) !== null)
                .map(value => ({ value, label: text.comparisons[value] })),
            ]}
          />
        </div>
      </div>
      <div className={classes.row}>
        <div className={classes.when}>
          <Button
            size="sm"
            variant="default"
            className={classes.step}
            aria-label={text.earlier}
            onClick={() => move.step(-1)}
          >
            <span className={classes.left}>
              <ChevronIcon />
            </span>
          </Button>
          <Button
            size="sm"
            variant="default"
            className={classes.step}
            aria-label={text.later}
            disabled={!isPast}
            onClick={() => move.step(1)}
          >
            <span className={classes.right}>
              <ChevronIcon />
            </span>
          </Button>
          <h2 className={classes.period} aria-live="polite">
            {labels.period(period)}
          </h2>
          {!isNow && (
            <Button size="compact-sm" variant="subtle" onClick={move.present}>
              {text.present}
            </Button>
          )}
        </div>
        {odd !== null && <p className={classes.note}>{text.clocksChange(format.count(odd))}</p>}
        {period.span === 'custom' && <CustomRange search={search} shown={shown} zone={zone} go={go} />}
      </div>
    </section>
  )
}

function CustomRange({ search, shown, zone, go }: Pick<Props, 'search' | 'shown' | 'zone' | 'go'>) {
  const { energy: text } = useMessages()
  const from = localDate(shown.period.start, zone)
  const to = localDate(shown.period.end - 1, zone)
  const set = (change: EnergySearch) => {
    const { bar: _, by: __, ...rest } = search
    go({ ...rest, from, to, ...change }, 'replace')
  }
  return (
    <div className={classes.range}>
      {(['from', 'to'] as const).map(name => (
        <TextInput
          key={name}
          type="date"
          size="sm"
          label={text[name]}
          value={name === 'from' ? from : to}
          min="2000-01-01"
          max="2100-01-01"
          onChange={event =>
            /^(19|20)\d\d-/.test(event.currentTarget.value) && set({ [name]: event.currentTarget.value })
          }
        />
      ))}
    </div>
  )
}

/** Another span around the same time: the chosen bar, else the middle of what is shown, else the present. */
function withSpan(search: EnergySearch, span: Span, shown: Shown, zone: string): EnergySearch {
  const { at, bar, by: _, from: __, to: ___, ...rest } = search
  const { start, end } = shown.period
  if (span === 'custom') return { ...rest, span, from: localDate(start, zone), to: localDate(end - 1, zone) }
  const about = bar ?? at ?? (shown.period.span === 'custom' ? addDays(localDate(end, zone), -1) : undefined)
  return { ...rest, span, ...(about === undefined ? {} : { at: about.slice(0, 10) }) }
}
