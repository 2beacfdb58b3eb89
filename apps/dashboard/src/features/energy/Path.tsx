import { isoLocal } from '@ohmstead/model'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import type { Labels } from './labels.ts'
import type { Names } from './names.ts'
import classes from './Path.module.css'
import type { EnergySearch } from './search.ts'
import type { Shown } from './shown.ts'

interface Props {
  readonly search: EnergySearch
  readonly shown: Shown
  readonly names: Names
  readonly labels: Labels
  readonly go: (search: EnergySearch) => void
}

/** The way back: all, place, device, bar. */
export function Path({ search, shown, names, labels, go }: Props) {
  const { energy: text } = useMessages()
  const { zone } = useFormat()
  const { bar, device, place, ...base } = search
  const chosen = shown.bar === null ? null : shown.bars[shown.bar]!
  const steps: { key: string; name: string; to: EnergySearch }[] = [
    { key: 'all', name: text.all[search.group ?? 'device'], to: base },
  ]
  if (place !== undefined) steps.push({ key: 'place', name: names.place(place), to: { ...base, place } })
  if (device !== undefined)
    steps.push({
      key: 'device',
      name: names.device(device),
      to: { ...base, ...(place === undefined ? {} : { place }), device },
    })
  if (chosen !== null)
    steps.push({
      key: 'bar',
      name: labels.bar(chosen, shown.by),
      to: { ...search, bar: isoLocal(chosen.start, zone) },
    })
  return (
    <nav aria-label={text.path}>
      <ol className={classes.path}>
        {steps.map(({ key, name, to }, at) => (
          <li key={key}>
            {at === steps.length - 1 ? (
              <span aria-current="location">{name}</span>
            ) : (
              <button type="button" className={classes.step} onClick={() => go(to)}>
                {name}
              </button>
            )}
          </li>
        ))}
      </ol>
    </nav>
  )
}
