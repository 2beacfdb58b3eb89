import { expect, test } from 'vitest'
import { EventHub } from './events.ts'

test('a resume gets what it missed of its own site, in order', () => {
  const hub = new EventHub(1)
  for (let at = 0; at < 10; at++) hub.publish(at % 2 ? 'home' : 'office', 'slots', at)
  const { events, complete } = hub.since('home', hub.first + 3)
  expect(events.map(event => event.data)).toEqual([5, 7, 9])
  expect(complete).toBe(true)
})

test('only so many events are kept, and a resume from before them is told', () => {
  const hub = new EventHub(1)
  for (let at = 0; at < 10_000; at++) hub.publish('home', 'slots', at)
  const { events, complete } = hub.since('home', hub.first)
  expect([events.length, events.at(-1)?.data, complete]).toEqual([4096, 9999, false])
  expect(hub.since('home', events[0].id).complete).toBe(true)
})

test('large events push out more: readings are counted, not events', () => {
  const hub = new EventHub(1)
  const readings = Array.from({ length: 500 }, (_, at) => at)
  for (let at = 0; at < 1000; at++) hub.publish('home', 'readings', readings)
  expect(hub.since('home', 0).events.length).toBe(100)
})

test('an id of an earlier run is a gap', () => {
  expect(new EventHub(2).since('home', new EventHub(1).first + 5).complete).toBe(false)
})

test('who listens hears, and hears no more after the end', () => {
  const hub = new EventHub(1)
  const heard: unknown[] = []
  const end = hub.subscribe('home', event => heard.push(event.data))
  expect([hub.listened('home'), hub.listened('office')]).toEqual([true, false])
  hub.publish('home', 'slots', 1)
  hub.publish('office', 'slots', 2)
  end()
  hub.publish('home', 'slots', 3)
  expect([heard, hub.listened('home')]).toEqual([[1], false])
})
