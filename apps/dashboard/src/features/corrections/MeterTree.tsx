import { Button, TextInput } from '@mantine/core'
import type { Device } from '@ohmstead/sdk'
import { useMemo, useState } from 'react'
import { useMessages, useReader } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { explain } from '../../ui/explain.ts'
import { FormError } from '../../ui/FormError.tsx'
import classes from './MetersPage.module.css'
import { type TreeRow, treeRows } from './meterTree.ts'
import { top, useDrag, useMover } from './useMover.ts'

/** Lists longer than one screen get a filter. */
const filterFrom = 16

interface Props {
  readonly site: string
  readonly meters: readonly Device[]
  readonly mayEdit: boolean
}

/**
 * Meters as a tree. One is moved by dragging its handle, by taking it and choosing where it goes, or by keys; where it
 * would measure itself it cannot go.
 */
export function MeterTree({ site, meters, mayEdit }: Props) {
  const messages = useMessages()
  const { meters: text } = messages
  const { locale } = useReader()
  const [filter, setFilter] = useState('')
  const rows = useMemo(() => treeRows(meters, locale), [meters, locale])
  const wanted = filter.trim().toLocaleLowerCase(locale)
  const found = rows.filter(({ meter: { id, name } }) =>
    `${name} ${id}`.toLocaleLowerCase(locale).includes(wanted),
  )
  const moving = useMoving(site, meters, found)
  const { taken, target, said, error } = moving
  const shown = rows.filter(row => row.meter.id === taken || found.includes(row))
  return (
    <Card
      title={text.tree}
      aside={
        rows.length >= filterFrom && (
          <TextInput
            size="xs"
            aria-label={text.filter}
            placeholder={text.filter}
            value={filter}
            onChange={event => setFilter(event.currentTarget.value)}
          />
        )
      }
    >
      <p className={classes.hint}>{text.lead}</p>
      {mayEdit && <p className={classes.hint}>{text.treeHint}</p>}
      <p className={classes.said} role="status">
        {said}
      </p>
      <FormError text={error === null ? null : explain(error, messages).happened} />
      {taken !== null && (
        <div
          className={`${classes.row} ${classes.top}`}
          data-drop={top}
          data-target={target === top || undefined}
        >
          <span className={classes.name}>{text.top}</span>
          <Here moving={moving} to={top} />
        </div>
      )}
      <ul className={classes.list}>
        {shown.map(row => (
          <Line key={row.meter.id} row={row} moving={moving} mayEdit={mayEdit} />
        ))}
      </ul>
    </Card>
  )
}

type Moving = ReturnType<typeof useMoving>

function Line({ row, moving, mayEdit }: { row: TreeRow; moving: Moving; mayEdit: boolean }) {
  const { meters: text } = useMessages()
  const { taken, target } = moving
  const { depth } = row
  const { id, name } = row.meter
  return (
    <li
      className={classes.row}
      style={{ paddingLeft: 8 + depth * 28 }}
      data-drop={id}
      data-depth={depth}
      data-taken={taken === id || undefined}
      data-target={target === id || undefined}
      data-forbidden={(taken !== null && id !== taken && !moving.may(taken, id)) || undefined}
    >
      {mayEdit && (
        <button
          type="button"
          className={classes.handle}
          aria-label={text.move(name)}
          aria-pressed={taken === id}
          onKeyDown={event => moving.press(event, id)}
          onClick={() => moving.tap(id)}
          {...moving.handle(id)}
        >
          <Grip />
        </button>
      )}
      <span className={`${classes.name} ${depth === 0 ? classes.depth0 : ''}`}>{name}</span>
      <Here moving={moving} to={id} />
    </li>
  )
}

/** Puts what is taken here, where it may go. */
function Here({ moving, to }: { moving: Moving; to: string }) {
  const { taken } = moving
  if (taken === null || !moving.may(taken, to)) return null
  return (
    <Button size="compact-sm" variant="light" onClick={() => moving.put(taken, to)}>
      {moving.words(taken, to)}
    </Button>
  )
}

const Grip = () => (
  <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
    <path
      d="M6 3.500h.01M10 3.500h.01M6 8h.01M10 8h.01M6 12.500h.01M10 12.500h.01"
      stroke="currentColor"
      strokeWidth="2.400"
      strokeLinecap="round"
    />
  </svg>
)

/** Moving in every way, and what a screen reader hears of it. */
function useMoving(site: string, meters: readonly Device[], rows: readonly TreeRow[]) {
  const { meters: text } = useMessages()
  const [said, setSaid] = useState('')
  const mover = useMover({ site, meters })
  const { taken, target, drop, may } = mover
  const nameOf = (id: string) => meters.find(meter => meter.id === id)?.name ?? id
  const words = (id: string, to: string) =>
    to === top ? text.movingTop(nameOf(id)) : text.moving(nameOf(id), nameOf(to))
  const take = (id: string) => {
    mover.take(id)
    setSaid(text.taken(nameOf(id)))
  }
  const put = (id: string, to: string) => {
    if (may(id, to))
      return mover.put(id, to, () =>
        setSaid(to === top ? text.movedTop(nameOf(id)) : text.moved(nameOf(id), nameOf(to))),
      )
    if (to !== top) setSaid(text.circle(nameOf(id)))
    drop()
  }
  const aim = (id: string, step: 1 | -1) => {
    const targets = [top, ...rows.map(({ meter }) => meter.id)].filter(to => may(id, to))
    const at = targets.indexOf(target ?? '') + step
    const next = targets[Math.min(targets.length - 1, Math.max(0, at))]
    if (next === undefined) return
    mover.aim(next)
    setSaid(words(id, next))
  }
  const drag = useDrag({
    onTake: take,
    onOver: (id, to) => mover.aim(to !== null && may(id, to) ? to : null),
    onPut: put,
    onDrop: drop,
  })
  return {
    taken,
    target,
    said,
    error: mover.error,
    may,
    words,
    put,
    handle: drag.handle,
    tap(id: string) {
      if (drag.wasDrag()) return
      if (taken === id) drop()
      else take(id)
    },
    press(event: React.KeyboardEvent, id: string) {
      if (taken !== id) return
      if (event.key === 'Escape') drop()
      else if (event.key === 'ArrowDown') aim(id, 1)
      else if (event.key === 'ArrowUp') aim(id, -1)
      else if ((event.key === ' ' || event.key === 'Enter') && target !== null) put(id, target)
      else return
      event.preventDefault()
      event.stopPropagation()
    },
  }
}
