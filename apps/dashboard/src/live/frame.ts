/** A hidden page gets no frames; it still has to keep up, slowly. */
const hiddenMs = 1000

/** Runs once, with the next frame the browser draws. */
export function nextFrame(run: () => void): void {
  let done = false
  const once = () => {
    if (done) return
    done = true
    cancelAnimationFrame(frame)
    clearTimeout(timer)
    run()
  }
  const frame = requestAnimationFrame(once)
  const timer = setTimeout(once, hiddenMs)
}
