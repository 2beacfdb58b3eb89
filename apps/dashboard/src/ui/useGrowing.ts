import { startTransition, useEffect, useState } from 'react'

/**
 * How much of a long list to draw: a screenful at once, the rest frame by frame, so that typing and scrolling go first.
 * @param total how long it is
 * @param step lines that one frame can take
 */
export function useGrowing(total: number, step: number): number {
  const [shown, setShown] = useState(step)
  useEffect(() => {
    if (shown >= total) return
    const frame = requestAnimationFrame(() => startTransition(() => setShown(before => before + step)))
    return () => cancelAnimationFrame(frame)
  }, [shown, total, step])
  return Math.min(shown, total)
}
