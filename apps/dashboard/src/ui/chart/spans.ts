import type uPlot from 'uplot'

/** A stretch of time that is marked, epoch ms. One without a length is a moment. */
export interface TimeSpan {
  readonly from: number
  readonly to: number
  /** Two rules that are compared share the height: the first has the upper half, the second the lower. */
  readonly lane: 0 | 1
}

/** Colours of the lanes; the second is hatched as well, so that nobody needs to see them. */
export const laneColours = ['--ohm-series-2', '--ohm-series-3'] as const

/** A piece of the picture, in its own pixels. */
export interface Box {
  readonly left: number
  readonly width: number
}

/** Where the spans stand; what would be drawn onto each other is one box, so that ten thousand cost no more than a screen. */
export function boxesOf(
  spans: readonly Pick<TimeSpan, 'from' | 'to'>[],
  at: (time: number) => number,
  [least, most]: readonly [number, number],
): Box[] {
  const edges = spans
    .map(({ from, to }) => [Math.max(least, at(from)), Math.min(most, at(to))] as const)
    .filter(([left, right]) => right >= least && left <= most && right >= left)
    .sort(([a], [b]) => a - b)
  const boxes: { left: number; width: number }[] = []
  for (const [left, right] of edges) {
    const width = Math.max(thinnest, right - left)
    const last = boxes.at(-1)
    if (last !== undefined && left <= last.left + last.width)
      last.width = Math.max(last.width, left + width - last.left)
    else boxes.push({ left, width })
  }
  return boxes
}

const thinnest = 2

/** Draws spans behind the lines. @param colour reads a CSS variable */
export function drawSpans(chart: uPlot, spans: readonly TimeSpan[], colour: (name: string) => string): void {
  if (spans.length === 0) return
  const { ctx, bbox } = chart
  const lanes = spans.some(({ lane }) => lane === 1) ? 2 : 1
  const height = bbox.height / lanes
  ctx.save()
  for (const lane of [0, 1] as const) {
    const top = bbox.top + lane * height
    const own = spans.filter(span => span.lane === lane)
    const boxes = boxesOf(own, time => chart.valToPos(time, 'x', true), [bbox.left, bbox.left + bbox.width])
    const ink = colour(laneColours[lane])
    for (const { left, width } of boxes) {
      ctx.globalAlpha = 0.22
      ctx.fillStyle = ink
      ctx.fillRect(left, top, width, height)
      ctx.globalAlpha = 1
      ctx.fillRect(left, top, width, 3 * devicePixelRatio)
      if (lane === 1) hatch(ctx, { left, top, width, height }, ink)
    }
  }
  ctx.restore()
}

function hatch(
  ctx: CanvasRenderingContext2D,
  { left, top, width, height }: { left: number; top: number; width: number; height: number },
  ink: string,
): void {
  const step = 8 * devicePixelRatio
  ctx.save()
  ctx.beginPath()
  ctx.rect(left, top, width, height)
  ctx.clip()
  ctx.globalAlpha = 0.5
  ctx.strokeStyle = ink
  ctx.lineWidth = devicePixelRatio
  ctx.beginPath()
  // Lines on one grid, wherever a box begins.
  for (let x = Math.floor((left - height) / step) * step; x < left + width; x += step) {
    ctx.moveTo(x, top + height)
    ctx.lineTo(x + height, top)
  }
  ctx.stroke()
  ctx.restore()
}
