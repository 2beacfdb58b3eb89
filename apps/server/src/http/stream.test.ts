import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { FakeClock } from '@ohmstead/testkit'
import { beforeEach, expect, test } from 'vitest'
import { EventHub } from '../events.ts'
import { Streams, type Subscription } from './stream.ts'

const start = Date.UTC(2026, 0, 1)
let clock: FakeClock
let events: EventHub
let streams: Streams
beforeEach(() => {
  clock = new FakeClock(start)
  events = new EventHub(start)
  streams = new Streams(events, clock)
})

/** A response whose reader takes everything, or nothing. */
class Reader extends EventEmitter {
  text = ''
  writableLength = 0
  ended = false
  destroyed = false
  isFrozen = false
  write(text: string): boolean {
    if (this.isFrozen) this.writableLength += text.length
    else this.text += text
    return !this.isFrozen
  }
  end(): void {
    this.ended = true
    this.emit('close')
  }
  destroy(): void {
    if (this.destroyed) return
    this.destroyed = true
    this.emit('close')
  }
  /** Event types and ids as they arrived. */
  get seen(): string[] {
    return [...this.text.matchAll(/(?:id: (\d+)\n)?event: (\w+)/g)].map(([, id, type]) =>
      id === undefined ? type! : `${type} ${Number(id) - events.first}`,
    )
  }
}

function open(options: Partial<Subscription> = {}): Reader {
  const reader = new Reader()
  streams.open(reader as unknown as ServerResponse, {
    site: 'home',
    after: undefined,
    stillAllowed: async () => true,
    ...options,
  })
  return reader
}

test('a reader sees its site’s events from now on, in order', () => {
  events.publish('home', 'readings', ['before'])
  const reader = open()
  events.publish('home', 'readings', [{ device: 'a' }])
  events.publish('other', 'readings', [])
  events.publish('home', 'slots', [{ device: 'a', text: 'two\nlines' }])
  expect(reader.seen).toEqual(['readings 1', 'slots 3'])
  expect(reader.text).toContain('retry: 2000\n\n')
  expect(reader.text).toContain('data: [{"device":"a","text":"two\\nlines"}]\n\n')
})

test('a reader that comes back goes on where it was', () => {
  const reader = open()
  events.publish('home', 'readings', 1)
  events.publish('home', 'readings', 2)
  reader.destroy()
  events.publish('home', 'readings', 3)
  expect(open({ after: events.first }).seen).toEqual(['readings 1', 'readings 2'])
  expect(open({ after: events.first + 1 }).seen).toEqual(['readings 2'])
  expect(open({ after: events.first + 2 }).seen).toEqual([])
})

test('a reader that was away for long is told of a gap', async () => {
  const reader = open()
  events.publish('home', 'readings', 1)
  reader.destroy()
  await clock.advance(59_000)
  expect(events.listened('home')).toBe(true)
  await clock.advance(2000)
  expect(events.listened('home')).toBe(false)
  expect(open({ after: events.first }).seen).toEqual(['gap'])
})

test('somebody else’s reading does not close the gap', async () => {
  const reader = open()
  events.publish('home', 'readings', 1)
  reader.destroy()
  await clock.advance(61_000)
  open()
  events.publish('home', 'readings', 2)
  expect(open({ after: events.first }).seen).toEqual(['gap', 'readings 1'])
})

test('an event of an earlier process is a gap', () => {
  open()
  events.publish('home', 'readings', 1)
  expect(open({ after: events.first - 500 }).seen).toEqual(['gap', 'readings 0'])
})

test('more events than are kept are a gap', () => {
  open()
  for (let count = 0; count < 5000; count++) events.publish('home', 'readings', count)
  const { seen } = open({ after: events.first + 10 })
  expect(seen[0]).toBe('gap')
  expect(seen.at(-1)).toBe('readings 4999')
})

test('a reader that takes nothing is dropped, the others go on', () => {
  const frozen = open()
  const lively = open()
  frozen.isFrozen = true
  for (let count = 0; count < 20; count++) events.publish('home', 'readings', 'x'.repeat(100_000))
  expect(frozen.destroyed).toBe(true)
  expect(frozen.writableLength).toBeLessThan(1_300_000)
  expect(lively.seen).toHaveLength(20)
  expect(streams.size).toBe(1)
})

test('a line that is quiet beats', async () => {
  const reader = open()
  await clock.advance(31_000)
  expect(reader.text.match(/: beat\n\n/g)).toHaveLength(2)
})

test('a reader who may no longer read is sent away at the next beat', async () => {
  let allowed = true
  const reader = open({ stillAllowed: async () => allowed })
  await clock.advance(16_000)
  expect(reader.ended).toBe(false)
  allowed = false
  await clock.advance(15_000)
  expect(reader.ended).toBe(true)
  events.publish('home', 'readings', 'secret')
  expect(reader.text).not.toContain('secret')
})

test('a registry that is away sends nobody away', async () => {
  const reader = open({ stillAllowed: () => Promise.reject(new Error('away')) })
  await clock.advance(31_000)
  expect(reader.ended).toBe(false)
})

test('a reader gets what it picks', () => {
  const reader = open({ pick: ({ type }) => (type === 'slots' ? 'picked' : undefined) })
  events.publish('home', 'readings', 1)
  events.publish('home', 'slots', 2)
  expect(reader.seen).toEqual(['slots 1'])
  expect(reader.text).toContain('data: "picked"')
})

test('closing ends every stream', () => {
  const readers = [open(), open()]
  streams.close()
  expect(readers.map(({ ended }) => ended)).toEqual([true, true])
  expect(streams.size).toBe(0)
})
