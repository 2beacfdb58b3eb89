import {
  type FollowOptions,
  type LatestOut,
  type Link,
  NotFound,
  type SiteEvent,
  Unauthenticated,
  Unavailable,
} from '@ohmstead/sdk'
import { expect, test } from 'vitest'
import { powerOf } from './deviceLive.ts'
import { type Remembered, SiteLive } from './siteLive.ts'

const problem = { type: '', title: 'no', status: 0 }
const waiting: Link = {
  state: 'waiting',
  retryInMs: 1000,
  error: new Unavailable(problem),
  retryNow() {},
}

/** A stream that a test speaks into, and frames that it draws. */
class Stage {
  latest: LatestOut[] | Error = []
  ahead: LatestOut[] | Error = new Error('not asked for')
  remembered: Remembered[] | undefined = undefined
  away = false
  asked = 0
  frames: (() => void)[] = []
  later: (() => void)[] = []
  options: FollowOptions = {}
  #waiting: SiteEvent[] = []
  #wake = () => {}
  #end: Error | null = null

  readonly live = new SiteLive({
    events: options => this.#events(options),
    latest: async () => {
      this.asked++
      if (this.latest instanceof Error) throw this.latest
      return this.latest
    },
    ahead: async () => {
      if (this.ahead instanceof Error) throw this.ahead
      return this.ahead
    },
    remembered: async () => this.remembered,
    schedule: run => void this.frames.push(run),
    after: (_, run) => {
      this.later.push(run)
      return () => void this.later.splice(this.later.indexOf(run), 1)
    },
  })

  async *#events(options: FollowOptions): AsyncGenerator<SiteEvent> {
    this.options = options
    options.onLink?.({ state: 'connecting' })
    options.onLink?.(this.away ? waiting : { state: 'open' })
    while (!options.signal?.aborted) {
      if (this.#end !== null) throw this.#end
      const event = this.#waiting.shift()
      if (event !== undefined) yield event
      else await new Promise<void>(resolve => (this.#wake = resolve))
    }
  }

  async says(...events: Omit<SiteEvent, 'id'>[]): Promise<void> {
    this.#waiting.push(...(events.map(event => ({ id: '1', ...event })) as SiteEvent[]))
    this.#wake()
    await settled()
  }

  async ends(error: Error): Promise<void> {
    this.#end = error
    this.#wake()
    await settled()
  }

  recovers(): void {
    this.#end = null
  }

  draw(): void {
    for (const frame of this.frames.splice(0)) frame()
  }
}

const settled = () => new Promise<void>(resolve => setTimeout(resolve))
const reading = (device: string, time: number, power: number) => ({
  device,
  measurement: 'electricalMeter',
  time,
  fields: { power },
  tags: {},
})
const newest = (device: string, time: number, value: number) =>
  ({ device, measurement: 'electricalMeter', field: 'power', time, value }) as LatestOut

async function started(latest: LatestOut[] = []) {
  const stage = new Stage()
  stage.latest = latest
  stage.live.start()
  await settled()
  stage.draw()
  return stage
}

test('what is known comes first', async () => {
  const { live } = await started([newest('plug', 1000, 5)])
  expect(live.ready.get()).toBe(true)
  expect(powerOf(live.device('plug')!)?.value).toBe(5)
})

test('all changes of a frame are told together, and each row hears only of its own device', async () => {
  const stage = await started()
  const heard = { a: 0, b: 0 }
  stage.live.subscribe('a', () => heard.a++)
  stage.live.subscribe('b', () => heard.b++)
  const before = stage.live.version.get()
  await stage.says(
    { type: 'readings', data: [reading('a', 1, 1), reading('a', 2, 2)] },
    { type: 'readings', data: [reading('a', 3, 3)] },
  )
  expect(heard).toEqual({ a: 0, b: 0 })
  expect(stage.frames).toHaveLength(1)
  stage.draw()
  expect(heard).toEqual({ a: 1, b: 0 })
  expect(stage.live.version.get()).toBe(before + 1)
  expect(powerOf(stage.live.device('a')!)?.value).toBe(3)
})

test('a snapshot that arrives late does not hide newer readings', async () => {
  const stage = await started()
  await stage.says({ type: 'readings', data: [reading('plug', 5000, 50)] })
  stage.latest = [newest('plug', 4000, 40)]
  await stage.says({ type: 'gap', data: null })
  expect(stage.asked).toBe(2)
  expect(powerOf(stage.live.device('plug')!)?.value).toBe(50)
})

test('slots, refusals and presence are passed on', async () => {
  const stage = await started()
  await stage.says(
    { type: 'slots', data: [] },
    { type: 'quarantine', data: {} as never },
    { type: 'presence', data: { device: 'plug', lastSeen: null, connected: false } },
  )
  expect([stage.live.slots.get(), stage.live.refusals.get(), stage.live.device('plug')?.connected]).toEqual([
    1,
    1,
    false,
  ])
})

test('alerts and events of rules are passed on to who listens', async () => {
  const stage = await started()
  const heard: string[] = []
  const end = stage.live.onSaid(({ type, data }) => heard.push(`${type} ${data.id}`))
  await stage.says(
    { type: 'alert', data: { id: 'a' } as never },
    { type: 'event', data: { id: 'e' } as never },
  )
  end()
  await stage.says({ type: 'alert', data: { id: 'b' } as never })
  expect(heard).toEqual(['alert a', 'event e'])
})

test('a reconnect asks for what was missed; while attempts fail it goes on saying so', async () => {
  const stage = await started()
  const seen: string[] = []
  stage.live.link.subscribe(() => seen.push(stage.live.link.get().state))
  const waiting = () =>
    ({
      state: 'waiting',
      retryInMs: 1,
      error: new Unavailable(problem),
      retryNow: () => {},
    }) as const
  for (const link of [
    waiting(),
    { state: 'connecting' },
    waiting(),
    { state: 'connecting' },
    { state: 'open' },
  ] as const)
    stage.options.onLink?.(link)
  await settled()
  expect(seen).toEqual(['waiting', 'waiting', 'open'])
  expect(stage.asked).toBe(2)
})

test('newest values that cannot be had are asked for again', async () => {
  const stage = new Stage()
  stage.latest = new Unavailable(problem)
  stage.live.start()
  await settled()
  expect([stage.live.ready.get(), stage.live.trouble.get()]).toEqual([false, stage.latest])
  stage.latest = [newest('plug', 1, 1)]
  stage.later[0]!()
  await settled()
  expect([stage.live.ready.get(), stage.live.trouble.get()]).toEqual([true, null])
})

test('a session that ended stops it, and a sign-in starts it again', async () => {
  const stage = await started()
  await stage.ends(new Unauthenticated(problem))
  expect(stage.live.link.get().state).toBe('ended')
  const again = new Stage()
  again.latest = new Unauthenticated(problem)
  again.live.start()
  await settled()
  expect(again.live.link.get().state).toBe('ended')
  again.latest = []
  again.live.start()
  await settled()
  expect([again.live.link.get().state, again.live.ready.get()]).toEqual(['open', true])
})

test('a refusal that is not about the session is tried again', async () => {
  const stage = await started()
  await stage.ends(new NotFound(problem))
  expect(stage.live.link.get().state).toBe('ended')
  stage.recovers()
  stage.later[0]!()
  await settled()
  expect(stage.live.link.get().state).toBe('open')
})

test('what was stopped says nothing any more', async () => {
  const stage = await started()
  stage.live.stop()
  await stage.ends(new NotFound(problem))
  expect(stage.live.link.get().state).toBe('open')
})

test('while the server is away the page shows what it remembered, and gives it up for what is heard', async () => {
  const stage = new Stage()
  stage.away = true
  stage.remembered = [newest('plug', 1000, 40)]
  stage.live.start()
  await settled()
  stage.draw()
  expect(stage.live.ready.get()).toBe(true)
  expect(powerOf(stage.live.device('plug')!)).toMatchObject({ value: 40, time: 1000 })

  stage.latest = [newest('plug', 9000, 5)]
  stage.options.onLink?.({ state: 'open' })
  await settled()
  stage.draw()
  expect(powerOf(stage.live.device('plug')!)?.value).toBe(5)
})

test('what was remembered never hides what the server has said', async () => {
  const stage = await started([newest('plug', 9000, 5)])
  stage.remembered = [newest('plug', 1000, 40), newest('gone', 1000, 1)]
  stage.options.onLink?.(waiting)
  await settled()
  stage.draw()
  expect(powerOf(stage.live.device('plug')!)?.value).toBe(5)
  expect(stage.live.device('gone')).toBeUndefined()
})

test('values that were asked for with the page are shown before the stream is open', async () => {
  const stage = new Stage()
  stage.ahead = [newest('plug', 1000, 40)]
  stage.away = true
  stage.live.start()
  await settled()
  stage.draw()
  expect(stage.live.ready.get()).toBe(true)
  expect(powerOf(stage.live.device('plug')!)?.value).toBe(40)
})
