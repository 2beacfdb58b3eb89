import { expect, test } from 'vitest'
import { followWhileSeen } from './whileSeen.ts'

function rig({ hidden }: { hidden: boolean }) {
  const page = Object.assign(new EventTarget(), { hidden })
  const calls: string[] = []
  const timers = new Set<() => void>()
  const end = followWhileSeen(
    { start: () => calls.push('start'), stop: () => calls.push('stop') },
    (_delayMs, run) => {
      timers.add(run)
      return () => void timers.delete(run)
    },
    page,
  )
  const show = (seen: boolean) => {
    page.hidden = !seen
    page.dispatchEvent(new Event('visibilitychange'))
  }
  const wait = () => {
    for (const run of timers) run()
    timers.clear()
  }
  return { calls, show, wait, end }
}

test('a page that stays hidden gives its stream back, and takes it up when it is seen', () => {
  const { calls, show, wait } = rig({ hidden: false })
  show(false)
  wait()
  expect(calls).toEqual(['stop'])
  show(true)
  expect(calls).toEqual(['stop', 'start'])
})

test('a look at another tab changes nothing', () => {
  const { calls, show, wait } = rig({ hidden: false })
  show(false)
  show(true)
  wait()
  expect(calls).toEqual([])
})

test('a page opened in the background gives its stream back as well', () => {
  const { calls, wait } = rig({ hidden: true })
  wait()
  expect(calls).toEqual(['stop'])
})

test('nothing happens to a site that was left', () => {
  const { calls, show, wait, end } = rig({ hidden: false })
  show(false)
  end()
  wait()
  show(true)
  expect(calls).toEqual([])
})
