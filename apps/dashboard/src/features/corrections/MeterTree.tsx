import { Button, TextInput } from '@mantine/core'
import type { Device } from '@ohmstead/sdk'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useMemo, useRef, useState } from 'react'
import { setParentMeter } from '../../api/corrections.ts'
import { siteKey } from '../../api/queries.ts'
import { useMessages, useReader } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { explain } from '../../ui/explain.ts'
import { FormError } from '../../ui/FormError.tsx'
import classes from './MetersPage.module.css'
import { mayMove, treeRows } from './meterTree.ts'

/** Lists longer than one screen get a filter. */
const filterFrom = 16
/** Pixels that a finger may tremble before it drags. */
const tremble = 5
const top = '(top)'

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
  const [said, setSaid] = useState('')
  const mover = useMover({ site, meters })
  const { taken, target } = mover
  const rows = useMemo(() => treeRows(meters, locale), [meters, locale])
  const wanted = filter.trim().toLocaleLowerCase(locale)
  const shown = rows.filter(
    ({ meter }) =>
      wanted === '' ||
      meter.id === taken ||
      `${meter.name} ${meter.id}`.toLocaleLowerCase(locale).includes(wanted),
  )
  const nameOf = (id: string) => meters.find(meter => meter.id === id)?.name ?? id
  const put = (id: string, to: string) => {
    if (!mayMove(meters, id, to === top ? null : to)) {
      if (to !== top) setSaid(text.circle(nameOf(id)))
      return mover.drop()
    }
    mover.put(id, to === top ? null : to, () =>
      setSaid(to === top ? text.movedTop(nameOf(id)) : text.moved(nameOf(id), nameOf(to))),
    )
  }
  const targets = [top, ...shown.map(({ meter }) => meter.id)].filter(
    to => taken !== null && mayMove(meters, taken, to === top ? null : to),
  )
  const take = (id: string) => {
    mover.take(id)
    setSaid(text.taken(nameOf(id)))
  }
  const aim = (to: string) => {
    mover.aim(to)
    setSaid(to === top ? text.movingTop(nameOf(taken!)) : text.moving(nameOf(taken!), nameOf(to)))
  }
  const keys = (event: React.KeyboardEvent, id: string) => {
    if (taken !== id) return
    if (event.key === 'Escape') mover.drop()
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const at = targets.indexOf(target ?? '') + (event.key === 'ArrowDown' ? 1 : -1)
      const next = targets[Math.min(targets.length - 1, Math.max(0, at))]
      if (next !== undefined) aim(next)
    } else if ((event.key === ' ' || event.key === 'Enter') && target !== null) put(id, target)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const forbidden = (to: string) => taken !== null && to !== taken && !targets.includes(to)
  const here = (to: string) =>
    taken !== null &&
    targets.includes(to) && (
      <Button size="compact-sm" variant="light" onClick={() => put(taken, to)}>
        {to === top ? text.movingTop(nameOf(taken)) : text.moving(nameOf(taken), nameOf(to))}
      </Button>
    )

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
      <FormError text={mover.error === null ? null : explain(mover.error, messages).happened} />
      {taken !== null && (
        <div
          className={`${classes.row} ${classes.top}`}
          data-drop={top}
          data-target={target === top || undefined}
        >
          <span className={classes.name}>{text.top}</span>
          {here(top)}
        </div>
      )}
      <ul className={classes.list}>
        {shown.map(({ meter: { id, name }, depth }) => (
          <li
            key={id}
            className={classes.row}
            style={{ paddingLeft: 8 + depth * 28 }}
            data-drop={id}
            data-depth={depth}
            data-taken={taken === id || undefined}
            data-target={target === id || undefined}
            data-forbidden={forbidden(id) || undefined}
          >
            {mayEdit && (
              <button
                type="button"
                className={classes.handle}
                aria-label={text.move(name)}
                aria-pressed={taken === id}
                onKeyDown={event => keys(event, id)}
                onClick={() => !mover.wasDrag() && (taken === id ? mover.drop() : take(id))}
                {...mover.dragging(id, { onTake: () => take(id), onPut: to => put(id, to) })}
              >
                <Grip />
              </button>
            )}
            <span className={`${classes.name} ${depth === 0 ? classes.depth0 : ''}`}>{name}</span>
            {here(id)}
          </li>
        ))}
      </ul>
    </Card>
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

/** What is taken, where it would go, and the move itself. */
function useMover({ site, meters }: Pick<Props, 'site' | 'meters'>) {
  const client = useQueryClient()
  const [taken, setTaken] = useState<string | null>(null)
  const [target, setTarget] = useState<string | null>(null)
  const drag = useRef<{ x: number; y: number; moved: boolean } | null>(null)
  const dragged = useRef(false)
  const drop = () => {
    setTaken(null)
    setTarget(null)
  }
  const move = useMutation({
    mutationFn: ({ id, to }: { id: string; to: string | null }) => setParentMeter(site, id, to),
    onSettled: () => client.invalidateQueries({ queryKey: siteKey(site) }),
  })
  const under = (event: React.PointerEvent) =>
    document.elementFromPoint(event.clientX, event.clientY)?.closest<HTMLElement>('[data-drop]')?.dataset
      .drop ?? null
  return {
    /** The click that follows a drag is none. */
    wasDrag: () => dragged.current,
    taken,
    target,
    error: move.error,
    drop,
    take(id: string) {
      move.reset()
      setTaken(id)
      setTarget(null)
    },
    aim: setTarget,
    put(id: string, to: string | null, done: () => void) {
      drop()
      move.mutate({ id, to }, { onSuccess: done })
    },
    dragging: (id: string, { onTake, onPut }: { onTake: () => void; onPut: (to: string) => void }) => ({
      onPointerDown(event: React.PointerEvent) {
        dragged.current = false
        drag.current = { x: event.clientX, y: event.clientY, moved: false }
        event.currentTarget.setPointerCapture(event.pointerId)
      },
      onPointerMove(event: React.PointerEvent) {
        const start = drag.current
        if (start === null) return
        if (!start.moved) {
          if (Math.hypot(event.clientX - start.x, event.clientY - start.y) < tremble) return
          start.moved = true
          onTake()
        }
        const to = under(event)
        setTarget(to !== null && mayMove(meters, id, to === top ? null : to) ? to : null)
      },
      onPointerUp(event: React.PointerEvent) {
        const start = drag.current
        drag.current = null
        dragged.current = start?.moved === true
        if (!dragged.current) return
        const to = under(event)
        if (to === null || to === id) drop()
        else onPut(to)
      },
      onPointerCancel() {
        drag.current = null
        drop()
      },
    }),
  }
}
