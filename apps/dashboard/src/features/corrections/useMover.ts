import type { Device } from '@ohmstead/sdk'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { setParentMeter } from '../../api/corrections.ts'
import { siteKey } from '../../api/queries.ts'
import { mayMove } from './meterTree.ts'

/** Pixels that a finger may tremble before it drags. */
const tremble = 5
/** The place above all meters; no id looks like it. */
export const top = '(top)'
/** What a place is to the server. */
export const parentAt = (place: string) => (place === top ? null : place)

interface Asked {
  readonly site: string
  readonly meters: readonly Device[]
}

/** What is taken, where it would go, and the move itself. */
export function useMover({ site, meters }: Asked) {
  const client = useQueryClient()
  const [taken, setTaken] = useState<string | null>(null)
  const [target, setTarget] = useState<string | null>(null)
  const move = useMutation({
    mutationFn: ({ id, to }: { id: string; to: string }) => setParentMeter(site, id, parentAt(to)),
    onSettled: () => client.invalidateQueries({ queryKey: siteKey(site) }),
  })
  const drop = () => {
    setTaken(null)
    setTarget(null)
  }
  const take = (id: string) => {
    move.reset()
    setTaken(id)
    setTarget(null)
  }
  return {
    taken,
    target,
    error: move.error,
    may: (id: string, to: string) => mayMove(meters, id, parentAt(to)),
    drop,
    take,
    aim: setTarget,
    put(id: string, to: string, done: () => void) {
      drop()
      move.mutate({ id, to }, { onSuccess: done })
    },
  }
}

interface Dragged {
  readonly onTake: (id: string) => void
  /** Over a place, or over none. */
  readonly onOver: (id: string, to: string | null) => void
  readonly onPut: (id: string, to: string) => void
  readonly onDrop: () => void
}

/** Dragging by finger and mouse alike: a handle follows the pointer until it is let go. */
export function useDrag({ onTake, onOver, onPut, onDrop }: Dragged) {
  const drag = useRef<{ x: number; y: number; moved: boolean } | null>(null)
  const dragged = useRef(false)
  return {
    /** The click that follows a drag is none. */
    wasDrag: () => dragged.current,
    handle: (id: string) => ({
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
          onTake(id)
        }
        onOver(id, placeUnder(event))
      },
      onPointerUp(event: React.PointerEvent) {
        dragged.current = drag.current?.moved === true
        drag.current = null
        if (!dragged.current) return
        const to = placeUnder(event)
        if (to === null || to === id) onDrop()
        else onPut(id, to)
      },
      onPointerCancel() {
        drag.current = null
        onDrop()
      },
    }),
  }
}

function placeUnder({ clientX, clientY }: React.PointerEvent): string | null {
  const element = document.elementFromPoint(clientX, clientY)
  return element?.closest<HTMLElement>('[data-drop]')?.dataset.drop ?? null
}
