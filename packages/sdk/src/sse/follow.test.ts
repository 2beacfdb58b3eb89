import { expect, test } from 'vitest'
import { NotFound, Unauthenticated, Unavailable, Unreachable } from '../errors.ts'
import { type FollowOptions, follow, type Link } from './follow.ts'

/** A server whose every connection is a script, and a clock that moves when it is told. */
class Fake {
  readonly asked: string[] = []
  readonly links: Link['state'][] = []
  #scripts: (() => Response)[] = []
  #timers = new Set<{ delayMs: number; run: () => void }>()

  /** The next connection says this and then breaks off, or stays open. */
  says(text: string, { stays = false } = {}): this {
    this.#scripts.push(() => {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(new TextEncoder().encode(text))
          if (!stays) controller.close()
        },
      })
      return new Response(body)
    })
    return this
  }

  fails(error: Error): this {
    this.#scripts.push(() => {
      throw error
    })
    return this
  }

  follow(options: FollowOptions = {}) {
    return follow(
      async lastEventId => {
        this.asked.push(lastEventId)
        const script = this.#scripts.shift()
        if (script === undefined) throw new NotFound({ type: '', title: 'the script is over', status: 404 })
        return script()
      },
      {
        backoff: { firstMs: 100, mostMs: 1000, random: () => 1 },
        after: (delayMs, run) => {
          const timer = { delayMs, run }
          this.#timers.add(timer)
          return () => void this.#timers.delete(timer)
        },
        onLink: link => {
          this.links.push(link.state)
          if (link.state === 'waiting') this.waits.push(link.retryInMs)
        },
        ...options,
      },
    )
  }

  readonly waits: number[] = []

  /** Runs the shortest timer. */
  pass(): void {
    const [next] = [...this.#timers].sort((a, b) => a.delayMs - b.delayMs)
    if (next === undefined) throw new Error('nothing waits')
    this.#timers.delete(next)
    next.run()
  }

  get timers(): number {
    return this.#timers.size
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (let round = 0; !condition(); round++) {
    if (round > 1000) throw new Error('it did not come to pass')
    await new Promise(resolve => setImmediate(resolve))
  }
}

const event = (id: number) => `id: ${id}\nevent: readings\ndata: ${id}\n\n`

test('a broken connection is opened again where it broke off', async () => {
  const fake = new Fake().says(event(1) + event(2)).says(event(3), { stays: true })
  const stream = fake.follow()
  expect([(await stream.next()).value?.data, (await stream.next()).value?.data]).toEqual(['1', '2'])
  const third = stream.next()
  await until(() => fake.links.at(-1) === 'waiting')
  fake.pass()
  expect((await third).value?.data).toBe('3')
  expect(fake.asked).toEqual(['', '2'])
  expect(fake.links).toEqual(['connecting', 'open', 'waiting', 'connecting', 'open'])
  await stream.return()
  expect(fake.timers).toBe(0)
})

test('attempts that fail wait longer each time, and begin anew after one that worked', async () => {
  const away = new Unreachable()
  const fake = new Fake()
    .fails(away)
    .fails(away)
    .fails(away)
    .says(event(1))
    .fails(away)
    .says(event(2), { stays: true })
  const stream = fake.follow()
  const first = stream.next()
  for (const count of [1, 2, 3]) {
    await until(() => fake.waits.length === count)
    fake.pass()
  }
  expect((await first).value?.data).toBe('1')
  const second = stream.next()
  for (const count of [4, 5]) {
    await until(() => fake.waits.length === count)
    fake.pass()
  }
  expect((await second).value?.data).toBe('2')
  expect(fake.waits).toEqual([100, 200, 400, 100, 200])
  await stream.return()
})

test('the pause that the server asks for is kept', async () => {
  const busy = new Unavailable({ type: '', title: 'busy', status: 503 }, 5000)
  const fake = new Fake()
    .says(`retry: 3000\n${event(1)}`)
    .fails(busy)
    .says(event(2), { stays: true })
  const stream = fake.follow()
  await stream.next()
  const second = stream.next()
  for (const count of [1, 2]) {
    await until(() => fake.waits.length === count)
    fake.pass()
  }
  await second
  expect(fake.waits).toEqual([3000, 5000])
  await stream.return()
})

test('a stream that is silent for too long counts as lost', async () => {
  const fake = new Fake().says(event(1), { stays: true }).says(event(2), { stays: true })
  const stream = fake.follow({ idleMs: 45_000 })
  await stream.next()
  const second = stream.next()
  await until(() => fake.timers === 1)
  fake.pass()
  await until(() => fake.links.at(-1) === 'waiting')
  fake.pass()
  expect((await second).value?.data).toBe('2')
  await stream.return()
})

test('a refusal that waiting does not cure ends it', async () => {
  const fake = new Fake().fails(new Unauthenticated({ type: '', title: 'sign in', status: 401 }))
  await expect(fake.follow().next()).rejects.toBeInstanceOf(Unauthenticated)
  expect(fake.waits).toEqual([])
})

test('stopping ends it, whether it reads or waits', async () => {
  const reading = new AbortController()
  const one = new Fake().says(event(1), { stays: true })
  const stream = one.follow({ signal: reading.signal })
  await stream.next()
  const next = stream.next()
  reading.abort()
  expect((await next).done).toBe(true)

  const waiting = new AbortController()
  const two = new Fake().fails(new Unreachable())
  const ended = two.follow({ signal: waiting.signal }).next()
  await until(() => two.waits.length === 1)
  waiting.abort()
  expect((await ended).done).toBe(true)
  expect([one.timers, two.timers]).toEqual([0, 0])
})

test('retryNow does not wait', async () => {
  const fake = new Fake().fails(new Unreachable()).says(event(1), { stays: true })
  let retry = () => {}
  const stream = fake.follow({ onLink: link => link.state === 'waiting' && (retry = link.retryNow) })
  const first = stream.next()
  await until(() => fake.timers > 0 && fake.asked.length === 1)
  await new Promise(resolve => setImmediate(resolve))
  retry()
  expect((await first).value?.data).toBe('1')
  await stream.return()
})
