import type { Site } from '@ohmstead/sdk'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { CopyText } from '../../ui/CopyText.tsx'
import classes from './ChartFoot.module.css'
import { csvOf, saveFile } from './csv.ts'
import { localDate } from './period.ts'
import type { Pictured } from './picture.tsx'
import type { EnergySearch } from './search.ts'
import { tableOf } from './table.ts'
import type { useKeys } from './useKeys.ts'

interface Props extends Pick<Pictured, 'shown' | 'energy' | 'names'> {
  readonly site: Site
  readonly search: EnergySearch
  readonly keys: ReturnType<typeof useKeys>
}

/** What keys do, and what can be taken along: a file, the readings, the API call. */
export function ChartFoot({ keys, ...props }: Props) {
  const { energy: text } = useMessages()
  const told = text.keysOn.split(' · ').filter(part => keys.letters || !/^[A-Z] /.test(part))
  return (
    <div className={classes.foot}>
      <p className={classes.keys}>
        {told.join(' · ')}
        <button type="button" className={classes.keysSwitch} onClick={() => keys.setLetters(!keys.letters)}>
          {keys.letters ? text.keysSwitch.off : text.keysSwitch.on}
        </button>
      </p>
      <Actions {...props} />
    </div>
  )
}

function Actions({ site, search, shown, energy, names }: Omit<Props, 'keys'>) {
  const { energy: text } = useMessages()
  const { zone } = useFormat()
  const { segments } = energy
  const save = () => {
    const { head, rows } = tableOf({ segments: segments ?? [], shown, names, text, zone })
    const first = localDate(shown.period.start, zone)
    const name = `${site.id}-${search.device ?? shown.grouping}-${first}-${shown.by}.csv`
    saveFile(name, csvOf(head, rows), 'text/csv;charset=utf-8')
  }
  return (
    <div className={classes.actions}>
      <button type="button" className={classes.action} disabled={segments === undefined} onClick={save}>
        {text.download}
      </button>
      {search.device !== undefined && (
        <a className={classes.action} href={readingsOf(site, search.device, shown)} download>
          {text.downloadReadings}
        </a>
      )}
      <CopyText
        text={`curl -H "Authorization: Bearer $OHMSTEAD_TOKEN" "${location.origin}${energy.call}"`}
        label={text.copyCall}
      />
    </div>
  )
}

function readingsOf(site: Site, device: string, { period }: Pictured['shown']): string {
  const query = new URLSearchParams({
    device,
    from: new Date(period.start).toISOString(),
    to: new Date(period.end).toISOString(),
    resolution: 'raw',
    format: 'parquet',
  })
  return `/api/sites/${site.id}/readings?${query}`
}
