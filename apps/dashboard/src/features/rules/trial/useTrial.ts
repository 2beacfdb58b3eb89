import { useCallback, useEffect, useRef, useState } from 'react'
import { type Checked, tryRules } from '../../../api/rules.ts'
import type { Range } from './period.ts'
import { beginning, heard, type Trial } from './trial.ts'

export type TrialRun =
  | { readonly state: 'idle' }
  | {
      readonly state: 'running' | 'done' | 'stopped'
      readonly trial: Trial
    }
  | { readonly state: 'failed'; readonly error: unknown; readonly trial: Trial }

/** One trial at a time: a new one ends the one before, and so does leaving the page. */
export function useTrial(site: string): {
  readonly run: TrialRun
  readonly start: (range: Range, rules: readonly Checked[]) => void
  readonly stop: () => void
} {
  const [run, setRun] = useState<TrialRun>({ state: 'idle' })
  const going = useRef<AbortController | null>(null)
  useEffect(() => () => going.current?.abort(), [])
  const start = useCallback(
    (range: Range, rules: readonly Checked[]) => {
      going.current?.abort()
      const controller = new AbortController()
      going.current = controller
      void follow(site, range, rules, controller.signal, setRun)
    },
    [site],
  )
  const stop = useCallback(() => {
    going.current?.abort()
    setRun(before => (before.state === 'running' ? { ...before, state: 'stopped' } : before))
  }, [])
  return { run, start, stop }
}

async function follow(
  site: string,
  range: Range,
  rules: readonly Checked[],
  signal: AbortSignal,
  show: (run: TrialRun) => void,
): Promise<void> {
  let trial = beginning(range, rules.length)
  const tell = (run: TrialRun) => {
    if (!signal.aborted) show(run)
  }
  tell({ state: 'running', trial })
  try {
    for await (const told of tryRules(site, { ...range, rules }, signal)) {
      trial = heard(trial, told)
      tell({ state: 'running', trial })
    }
    tell({ state: 'done', trial })
  } catch (error) {
    tell({ state: 'failed', error, trial })
  }
}
