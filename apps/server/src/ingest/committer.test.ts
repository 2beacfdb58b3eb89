import { type Clock, type DeviceId, type Series, type SiteId, systemClock } from '@ohmstead/model'
import { type Batch, StoreUnavailable } from '@ohmstead/telemetry'
import { expect, test } from 'vitest'
import { Committer, type CommitterOptions } from './committer.ts'

const series: Series = {
  id: 1,
  site: 'home' as SiteId,
  device: 'plug' as DeviceId,
  measurement: 'electricalMeter',
  field: 'power',
  tags: {},
  type: 'number',
}

/** A store whose commits end when the test says so. */
function rig(options: Partial<Omit<CommitterOptions, 'store'>> = {}) {
  const appended: { batch: Batch; done: PromiseWithResolvers<void> }[] = []
  const log: string[] = []
  const committer = new Committer({
    store: {
      append(batch) {
        const done = Promise.withResolvers<void>()
        appended.push({ batch, done })
        return done.promise
      },
    },
    clock: systemClock,
    everyMs: 0,
    maxPendingValues: 1000,
    committed: batch => log.push(`committed ${batch.length}`),
    failed: error => log.push(`failed ${(error as Error).message}`),
    unheard: error => log.push(`unheard ${(error as Error).message}`),
    ...options,
  })
  const add = (value: number) => {
    committer.batch.add(series, value, value)
    return committer.commit()
  }
  return { committer, appended, log, add }
}

const turn = () => new Promise(resolve => setImmediate(resolve))

test('what arrives in one turn shares one commit, and nothing is acknowledged before it', async () => {
  const { appended, add, log } = rig()
  let acknowledged = 0
  for (let value = 0; value < 5; value++) void add(value).then(() => acknowledged++)
  await turn()
  expect(appended.map(({ batch }) => batch.length)).toEqual([5])
  expect(acknowledged).toBe(0)
  appended[0].done.resolve()
  await turn()
  expect(acknowledged).toBe(5)
  expect(log).toEqual(['committed 5'])
})

test('what arrives during a commit waits for the next', async () => {
  const { appended, add } = rig()
  void add(1)
  await turn()
  const second = add(2)
  await turn()
  expect(appended.length).toBe(1)
  appended[0].done.resolve()
  await turn()
  await turn()
  expect(appended.map(({ batch }) => batch.length)).toEqual([1, 1])
  appended[1].done.resolve()
  await second
})

test('a failed commit fails those in it and nobody else', async () => {
  const { appended, add, log } = rig()
  const lost = add(1)
  await turn()
  const kept = add(2)
  appended[0].done.reject(new StoreUnavailable('disk full'))
  await expect(lost).rejects.toThrow(StoreUnavailable)
  await turn()
  await turn()
  appended[1].done.resolve()
  await kept
  expect(log).toEqual(['failed disk full', 'committed 1'])
})

test('a listener that throws makes no failed commit of a durable one', async () => {
  const { appended, add, log } = rig({
    committed() {
      throw new Error('a listener tripped')
    },
  })
  const kept = add(1)
  await turn()
  appended[0].done.resolve()
  await kept
  await turn()
  expect(log).toEqual(['unheard a listener tripped'])
})

test('a busy committer starts one commit per interval', async () => {
  let now = 1000
  const timers: { at: number; run: () => void }[] = []
  const clock: Clock = {
    now: () => now,
    after(delayMs, run) {
      timers.push({ at: now + delayMs, run })
      return () => {}
    },
  }
  const { appended, add } = rig({ clock, everyMs: 10 })
  void add(1)
  await turn()
  appended[0].done.resolve()
  await turn()
  now += 3
  void add(2)
  void add(3)
  expect(timers.map(timer => timer.at)).toEqual([1010])
  expect(appended.length).toBe(1)
  now = 1010
  timers[0].run()
  expect(appended.map(({ batch }) => batch.length)).toEqual([1, 2])
})

test('it says when it is full, counting what is being committed', async () => {
  const { committer, appended, add } = rig({ maxPendingValues: 2 })
  void add(1)
  await turn()
  expect(committer.full).toBe(false)
  void add(2)
  expect(committer.full).toBe(true)
  appended[0].done.resolve()
  await turn()
  await turn()
  expect(committer.pending).toBe(1)
})

test('draining commits what waits', async () => {
  const { committer, appended, add } = rig()
  void add(1)
  const drained = committer.drain()
  appended[0].done.resolve()
  await drained
  expect(committer.pending).toBe(0)
})

test('a wall clock that is set back does not put the next commit off', async () => {
  let now = Date.UTC(2026, 0, 10)
  const waits: number[] = []
  const clock: Clock = {
    now: () => now,
    after(delayMs, run) {
      waits.push(delayMs)
      setImmediate(run)
      return () => {}
    },
  }
  const { add, appended } = rig({ clock, everyMs: 10 })
  const first = add(1)
  await turn()
  now -= 2 * 86_400_000
  appended[0].done.resolve()
  await first
  await turn()
  void add(2)
  expect(waits).toEqual([10])
  await turn()
  await turn()
  expect(appended).toHaveLength(2)
})

test('while commits are large there are fewer of them', async () => {
  const waits: number[] = []
  const clock: Clock = {
    now: () => 1000,
    after(delayMs, run) {
      waits.push(delayMs)
      setImmediate(run)
      return () => {}
    },
  }
  const { add, appended } = rig({ clock, everyMs: 10 })
  for (const count of [1, 100, 1, 1]) {
    const last = Array.from({ length: count }, (_, value) => add(value)).at(-1)
    await turn()
    await turn()
    appended.at(-1)!.done.resolve()
    await last
    await turn()
  }
  expect(waits).toEqual([10, 25, 10])
})
