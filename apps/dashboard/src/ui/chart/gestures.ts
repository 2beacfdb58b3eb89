import { panned, type TimeWindow, zoomed } from './timeWindow.ts'

interface Hands {
  readonly movable: () => boolean
  readonly window: () => TimeWindow
  /** Of the picture, CSS pixels. */
  readonly width: () => number
  readonly focused: () => boolean
  readonly focus: () => void
  readonly show: (window: TimeWindow) => void
}

const wheelZoom = 1.0016
/** A hand that moves less has clicked. */
const slackPx = 3

/** Lets hands move and zoom a window: drag, wheel, two fingers, double click. The answer ends it. */
export function followGestures(element: HTMLElement, hands: Hands): () => void {
  const stop = new AbortController()
  const listen = <Type extends keyof HTMLElementEventMap>(
    type: Type,
    run: (event: HTMLElementEventMap[Type]) => void,
  ) => element.addEventListener(type, run, { signal: stop.signal, passive: false })
  const pointers = new Map<number, number>()
  /** The window, and where the fingers were, when the present gesture began. */
  let began: { window: TimeWindow; at: readonly number[] } | null = null

  const left = (clientX: number) => clientX - element.getBoundingClientRect().left
  const timeAt = ({ from, to }: TimeWindow, x: number) => from + ((to - from) * x) / hands.width()
  const begin = () => {
    began = pointers.size === 0 ? null : { window: hands.window(), at: [...pointers.values()] }
  }

  listen('pointerdown', event => {
    if (!hands.movable() || event.button !== 0) return
    hands.focus()
    pointers.set(event.pointerId, left(event.clientX))
    begin()
  })
  listen('pointermove', event => {
    if (!pointers.has(event.pointerId) || began === null) return
    pointers.set(event.pointerId, left(event.clientX))
    const [one, two] = [...pointers.values()]
    const [oneBegan, twoBegan] = began.at
    if (two !== undefined && twoBegan !== undefined) {
      const spread = Math.max(20, Math.abs(twoBegan - oneBegan!)) / Math.max(20, Math.abs(two - one!))
      const middle = (oneBegan! + twoBegan) / 2
      const near = zoomed(began.window, spread, timeAt(began.window, middle))
      hands.show(panned(near, (middle - (one! + two) / 2) / hands.width()))
      return
    }
    if (Math.abs(one! - oneBegan!) < slackPx && !element.hasPointerCapture(event.pointerId)) return
    // Only now, so that a click stays a click.
    element.setPointerCapture(event.pointerId)
    hands.show(panned(began.window, (oneBegan! - one!) / hands.width()))
  })
  for (const type of ['pointerup', 'pointercancel', 'lostpointercapture'] as const)
    listen(type, event => {
      pointers.delete(event.pointerId)
      begin()
    })
  listen('wheel', event => {
    if (!hands.movable()) return
    const window = hands.window()
    const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)
    // A page that cannot be scrolled past its chart is a trap: the wheel is the page's until it is asked for.
    if (!sideways && !event.ctrlKey && !event.metaKey && !hands.focused()) return
    event.preventDefault()
    if (sideways) return hands.show(panned(window, (event.deltaX || event.deltaY) / hands.width()))
    const factor = wheelZoom ** Math.max(-400, Math.min(400, event.deltaY))
    hands.show(zoomed(window, factor, timeAt(window, left(event.clientX))))
  })
  listen('dblclick', event => {
    if (!hands.movable()) return
    const window = hands.window()
    hands.show(zoomed(window, event.shiftKey ? 2 : 0.5, timeAt(window, left(event.clientX))))
  })
  return () => stop.abort()
}
