import { Skeleton, TextInput } from '@mantine/core'
import { fieldInfo, unitInfo } from '@ohmstead/model'
import { useDeferredValue, useState } from 'react'
import { seriesText } from '../../api/seriesKey.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { maxSeries } from '../../ui/chart/dashes.ts'
import classes from './ExplorePage.module.css'
import { find, type Option } from './find.ts'

const most = 60

interface Props {
  readonly options: readonly Option[]
  readonly loading: boolean
  readonly chosen: readonly string[]
  readonly onToggle: (series: string) => void
}

/** Finds series by words, and takes them into the picture or out of it. */
export function SeriesPicker({ options, loading, chosen, onToggle }: Props) {
  const { explore: text, common } = useMessages()
  const format = useFormat()
  const [wanted, setWanted] = useState('')
  const [open, setOpen] = useState(chosen.length === 0)
  const { shown, all } = find(options, useDeferredValue(wanted), most)
  const full = chosen.length >= maxSeries
  const search = (
    <TextInput
      type="search"
      aria-label={text.find}
      placeholder={text.find}
      value={wanted}
      onFocus={() => setOpen(true)}
      onChange={event => {
        setWanted(event.currentTarget.value)
        setOpen(true)
      }}
    />
  )
  if (!open) return search
  return (
    <>
      {search}
      {loading ? (
        <Skeleton height={224} mt={8} role="status" aria-label={common.loading} />
      ) : (
        <ul className={classes.options} aria-label={text.series}>
          {shown.map(option => (
            <Choice
              key={seriesText(option.key)}
              option={option}
              chosen={chosen.includes(seriesText(option.key))}
              full={full}
              onToggle={onToggle}
            />
          ))}
        </ul>
      )}
      <p className={classes.found} role="status">
        {loading
          ? ''
          : full
            ? text.full(format.count(maxSeries))
            : all === 0
              ? options.length === 0
                ? text.none
                : text.noMatch
              : text.found(all, format.count(shown.length), format.count(all))}
      </p>
    </>
  )
}

function Choice({
  option: { key, name, unit },
  chosen,
  full,
  onToggle,
}: {
  option: Option
  chosen: boolean
  full: boolean
  onToggle: (series: string) => void
}) {
  const tags = Object.entries(key.tags).map(([tag, value]) => `${tag}=${value}`)
  const about = fieldInfo(key.measurement, key.field)?.description
  return (
    <li>
      <label className={classes.choice} title={about}>
        <input
          type="checkbox"
          checked={chosen}
          disabled={full && !chosen}
          onChange={() => onToggle(seriesText(key))}
        />
        <span className={classes.choiceName}>{name}</span>
        <span className={classes.choiceField}>{[`${key.measurement}.${key.field}`, ...tags].join(' ')}</span>
        <span className={classes.choiceUnit}>{unit === '' ? '' : (unitInfo(unit)?.symbol ?? unit)}</span>
      </label>
    </li>
  )
}
