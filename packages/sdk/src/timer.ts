/** Calls `run` once after `delayMs`; the answer cancels it. Unlike the model's clock it keeps a process alive. */
export type After = (delayMs: number, run: () => void) => () => void

export const systemAfter: After = (delayMs, run) => {
  const timer = setTimeout(run, delayMs)
  return () => clearTimeout(timer)
}
