import { Skeleton } from '@mantine/core'
import { isoLocal } from '@ohmstead/model'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo } from 'react'
import { editsQuery, type Revision, revisionsQuery, type SavedEdit } from '../api/energy.ts'
import { useFormat, useMessages } from '../i18n/context.tsx'
import { spoken } from '../i18n/format.ts'
import { Failure } from '../ui/Failure.tsx'
import { type Change, changesOf } from './changes.ts'
import classes from './EnergyHistory.module.css'
import { concerns, isNews } from './news.ts'

interface Props {
  readonly site: string
  /** Only this device; its corrections are listed too. */
  readonly device?: string
  /** Epoch ms; all time when absent. */
  readonly start?: number
  readonly end?: number
  readonly deviceName?: (id: string) => string
  /** What can be done about a correction that is in force. */
  readonly undo?: (edit: SavedEdit) => ReactNode
  /** Only what was known and is now different, and nothing at all where there is nothing. */
  readonly newsOnly?: boolean
}

/** What people corrected of a meter's energy, and every slot that changed after it was final: before, after, why. */
export function EnergyHistory({ site, device, start, end, deviceName, undo, newsOnly = false }: Props) {
  const { corrections: text } = useMessages()
  const { zone } = useFormat()
  const about = {
    ...(device === undefined ? {} : { device }),
    ...(start === undefined ? {} : { from: isoLocal(start, zone) }),
    ...(end === undefined ? {} : { to: isoLocal(end, zone) }),
  }
  const revisions = useQuery(revisionsQuery(site, about))
  const edits = useQuery({ ...editsQuery(site, device), enabled: device !== undefined })
  const changes = useMemo(
    () => changesOf((revisions.data?.items ?? []).filter(one => !newsOnly || isNews(one))),
    [revisions.data, newsOnly],
  )
  const failed = [revisions, edits].find(one => one.isError && one.data === undefined)
  if (failed !== undefined) return <Failure error={failed.error} onRetry={() => failed.refetch()} />
  if (revisions.data === undefined || (device !== undefined && edits.data === undefined))
    return newsOnly ? null : <Skeleton height={40} />
  const made = (edits.data ?? [])
    .filter(edit => concerns(edit, start ?? Number.NEGATIVE_INFINITY, end ?? Number.POSITIVE_INFINITY))
    .toReversed()
  if (made.length === 0 && changes.length === 0)
    return newsOnly ? null : <p className={classes.none}>{text.none}</p>
  return (
    <div className={classes.history}>
      {made.length > 0 && (
        <>
          <h3 className={classes.title}>{text.history.corrections}</h3>
          <ul className={classes.list}>
            {made.map(edit => (
              <EditLine key={edit.id} edit={edit} undo={undo} />
            ))}
          </ul>
        </>
      )}
      {changes.length > 0 && (
        <>
          <h3 className={classes.title}>{text.history.changes}</h3>
          <ul className={classes.list}>
            {changes.map(change => (
              <ChangeLine
                key={change.key}
                change={change}
                deviceName={device === undefined ? deviceName : undefined}
              />
            ))}
          </ul>
          {revisions.data.next !== null && <p className={classes.none}>{text.history.more}</p>}
        </>
      )}
    </div>
  )
}

function EditLine({ edit, undo }: { edit: SavedEdit; undo: Props['undo'] }) {
  const { corrections: text } = useMessages()
  const format = useFormat()
  return (
    <li className={classes.line} data-edit={edit.id} data-undone={edit.undone !== null || undefined}>
      <div className={classes.what}>
        <span className={classes.name}>{useEditName()(edit)}</span>
        <span className={classes.note}>
          {text.history.by(edit.who, format.dateTime(edit.time))}
          {edit.note !== '' && ` · ${edit.note}`}
          {edit.undone !== null && ` · ${text.undone(edit.undone.who, format.dateTime(edit.undone.time))}`}
        </span>
      </div>
      {edit.undone === null && undo?.(edit)}
    </li>
  )
}

/** A correction in a sentence. */
export function useEditName(): (edit: Pick<SavedEdit, 'edit'>) => string {
  const { corrections: text } = useMessages()
  const format = useFormat()
  const names = text.history.edit
  const at = (value: unknown) => format.dateTime(Number(value))
  const between = ({ from, to }: { from?: unknown; to?: unknown }) =>
    format.dateTimes(Number(from), Number(to))
  const amount = ({ importWh, exportWh }: { importWh?: number | null; exportWh?: number | null }) =>
    [
      ...(typeof importWh === 'number' ? [spoken(format.energy(importWh))] : []),
      ...(typeof exportWh === 'number' ? [text.history.exportOf(spoken(format.energy(exportWh)))] : []),
    ].join(', ')
  return ({ edit }) => {
    switch (edit.kind) {
      case 'exclude':
        return names.exclude(between(edit))
      case 'replaced':
        return names.replaced(at(edit.at))
      case 'counter':
        return names.counter(amount(edit), at(edit.at))
      default:
        return names.energy(amount(edit), between(edit))
    }
  }
}

function ChangeLine({ change, deviceName }: { change: Change; deviceName: Props['deviceName'] }) {
  const { corrections: text } = useMessages()
  const format = useFormat()
  const { revisions, cause, before, after, who, time } = change
  const causes = text.history.causes as Readonly<Record<string, string>>
  const first = revisions.at(-1)!
  return (
    <li className={classes.line} data-cause={cause}>
      <div className={classes.what}>
        <span className={classes.name}>
          {deviceName !== undefined && `${deviceName(change.device)}: `}
          {causes[cause] ?? cause}
        </span>
        <span>
          {text.history.slots(revisions.length, format.count(revisions.length))},{' '}
          {format.dateTime(Date.parse(first.start))}: <Amounts before={before} after={after} />
        </span>
        <span className={classes.note}>
          {text.history.by(who ?? text.history.ledger, format.dateTime(time))}
        </span>
        {revisions.length > 1 && (
          <details className={classes.details}>
            <summary>{text.history.which}</summary>
            <ul className={classes.slots}>
              {revisions
                .toReversed()
                .slice(0, 200)
                .map(revision => (
                  <SlotLine key={revision.id} revision={revision} />
                ))}
            </ul>
          </details>
        )}
      </div>
    </li>
  )
}

function SlotLine({ revision: { start, before, after } }: { revision: Revision }) {
  const { energy: text } = useMessages()
  const format = useFormat()
  const wh = (slot: Revision['before']) =>
    slot === null || (slot.importWh === null && slot.exportWh === null)
      ? null
      : (slot.importWh ?? 0) - (slot.exportWh ?? 0)
  return (
    <li>
      <span>{format.dateTime(Date.parse(start))}</span>
      <span>
        <Amounts before={wh(before)} after={wh(after)} />, {text.quality[before?.quality ?? 'missing']} →{' '}
        {text.quality[after.quality]}
      </span>
    </li>
  )
}

/** "1.20 kWh → 1.50 kWh"; what went to the grid is said in words. */
function Amounts({ before, after }: { before: number | null; after: number | null }) {
  const { corrections: text } = useMessages()
  const format = useFormat()
  const amount = (wh: number | null) => {
    const said = spoken(format.energy(wh === null ? null : Math.abs(wh)))
    return wh !== null && wh < 0 ? text.history.exportOf(said) : said
  }
  return (
    <span title={`${before ?? '–'} Wh → ${after ?? '–'} Wh`}>
      {text.history.fromTo(amount(before), amount(after))}
    </span>
  )
}
