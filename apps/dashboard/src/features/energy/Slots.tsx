import { Skeleton } from '@mantine/core'
import { isoLocal } from '@ohmstead/model'
import type { Site } from '@ohmstead/sdk'
import { useQuery } from '@tanstack/react-query'
import { Fragment, useState } from 'react'
import { type EnergySlot, slotsQuery } from '../../api/energy.ts'
import { useFormat, useMessages } from '../../i18n/context.tsx'
import { Failure } from '../../ui/Failure.tsx'
import { FlatCell, FlatHead, FlatRow, FlatRowHead, FlatTable } from '../../ui/FlatTable.tsx'
import { QuantityText } from '../../ui/QuantityText.tsx'
import type { FlowWords } from './flows.ts'
import type { Names } from './names.ts'
import classes from './Slots.module.css'
import { Why } from './Why.tsx'

interface Props {
  readonly site: Site
  readonly device: string
  readonly names: Names
  readonly words: FlowWords
  /** Epoch ms. */
  readonly start: number
  readonly end: number
}

/** A bar's slots of 15 minutes; each says, when it is asked, why it is as it is. */
export function Slots(props: Props) {
  const { site, device, words, start, end } = props
  const { energy: text } = useMessages()
  const range = { from: isoLocal(start, site.timezone), to: isoLocal(end, site.timezone) }
  const [asked, setAsked] = useState<string | null>(null)
  const answer = useQuery(slotsQuery(site.id, device, range))
  if (answer.data === undefined)
    return answer.isError ? (
      <Failure error={answer.error} onRetry={() => answer.refetch()} />
    ) : (
      <Skeleton height={Math.min(11, 1 + (end - start) / 900_000) * 37} />
    )
  const { slots } = answer.data
  const hasExport = slots.some(slot => (slot.exportWh ?? 0) > 0)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
    <section className={classes.scroll} aria-label={text.slots} tabIndex={0} data-own-keys>
      <FlatTable aria-label={text.slots} className={classes.table}>
        <FlatRow className={`${classes.row} ${classes.columns}`} data-export={hasExport || undefined}>
          <FlatHead>{text.slot}</FlatHead>
          <FlatHead>{words.used}</FlatHead>
          {hasExport && <FlatHead>{words.fedIn}</FlatHead>}
          <FlatHead>{text.known}</FlatHead>
          <FlatHead className={classes.how}>{text.how}</FlatHead>
          <FlatHead>
            <span className={classes.unseen}>{text.why.ask}</span>
          </FlatHead>
        </FlatRow>
        {slots.map(slot => (
          <Line
            key={slot.start}
            {...props}
            slot={slot}
            hasExport={hasExport}
            isAsked={asked === slot.start}
            onAsk={() => setAsked(asked === slot.start ? null : slot.start)}
          />
        ))}
      </FlatTable>
    </section>
  )
}

interface LineProps extends Props {
  readonly slot: EnergySlot
  readonly hasExport: boolean
  readonly isAsked: boolean
  readonly onAsk: () => void
}

function Line({ site, device, names, words, slot, hasExport, isAsked, onAsk }: LineProps) {
  const { energy: text } = useMessages()
  const format = useFormat()
  const clock = format.clock(Date.parse(slot.start))
  return (
    <Fragment>
      <FlatRow className={classes.row} data-export={hasExport || undefined} data-quality={slot.quality}>
        <FlatRowHead title={slot.start}>{clock}</FlatRowHead>
        <Amount wh={slot.importWh} />
        {hasExport && <Amount wh={slot.exportWh} word={words.fedInWord} />}
        <FlatCell>{format.share(slot.coverage)}</FlatCell>
        <FlatCell className={classes.how}>
          <How slot={slot} />
        </FlatCell>
        <FlatCell>
          <button
            type="button"
            className={classes.ask}
            aria-expanded={isAsked}
            aria-label={text.why.title(clock)}
            onClick={onAsk}
          >
            {text.why.ask}
          </button>
        </FlatCell>
      </FlatRow>
      {isAsked && (
        <FlatRow className={classes.answer}>
          <FlatCell>
            <Why site={site.id} device={device} slot={slot.start} names={names} words={words} />
          </FlatCell>
        </FlatRow>
      )}
    </Fragment>
  )
}

/** @param word the direction, where a phone leaves no room for the column's name */
function Amount({ wh, word }: { wh: number | null; word?: string }) {
  const format = useFormat()
  return (
    <FlatCell data-word={word}>
      <QuantityText quantity={format.energy(wh)} raw={wh === null ? undefined : `${wh} Wh`} />
    </FlatCell>
  )
}

function How({ slot: { quality, source, revision } }: { slot: EnergySlot }) {
  const { energy: text } = useMessages()
  const format = useFormat()
  return (
    <>
      <span title={text.qualityMeans[quality]}>{text.quality[quality]}</span>
      {quality !== 'missing' && (
        <span className={classes.note}>
          , {source === 'edit' ? text.givenBy : text.computedFrom(text.source[source])}
        </span>
      )}
      {revision > 0 && (
        <span className={classes.note}>, {text.revised(revision, format.count(revision))}</span>
      )}
    </>
  )
}
