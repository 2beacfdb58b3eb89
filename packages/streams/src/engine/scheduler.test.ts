import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Scheduler } from './scheduler.ts'

test('appointments run by time, then by statement, then as they were made; cancelled ones do not', () => {
  const appointment = fc.record({ due: fc.nat(20), order: fc.nat(3), cancelled: fc.boolean() })
  fc.assert(
    fc.property(fc.array(appointment), fc.array(fc.nat(25)), (all, moves) => {
      const scheduler = new Scheduler(0)
      const ran: number[] = []
      all.forEach(({ due, order, cancelled }, i) => {
        const timer = scheduler.at(due, order, { onTime: () => ran.push(i) })
        if (cancelled) timer.cancel()
      })
      for (const to of moves.sort((a, b) => a - b)) scheduler.advance(to)
      const reached = moves.at(-1) ?? -1
      const expected = all
        .map((one, i) => ({ ...one, i }))
        .filter(({ due, cancelled }) => !cancelled && due <= reached)
        .sort((a, b) => a.due - b.due || a.order - b.order || a.i - b.i)
      expect(ran).toEqual(expected.map(({ i }) => i))
    }),
  )
})

test('an appointment that is made while the clock moves waits for the next move', () => {
  const scheduler = new Scheduler(0)
  const ran: number[] = []
  const again = {
    onTime(now: number) {
      ran.push(now)
      scheduler.at(now, 0, again)
    },
  }
  scheduler.at(5, 0, again)
  scheduler.advance(10)
  scheduler.advance(20)
  expect(ran).toEqual([10, 20])
})

test('an appointment that fails does not keep others from theirs', () => {
  const scheduler = new Scheduler(0)
  const failed: unknown[] = []
  const ran: string[] = []
  scheduler.failed = (_, error) => failed.push(error)
  scheduler.at(1, 0, {
    onTime() {
      throw new Error('no')
    },
  })
  scheduler.at(1, 1, { onTime: () => ran.push('second') })
  scheduler.advance(1)
  expect([failed, ran]).toEqual([[new Error('no')], ['second']])
})
