import type { RuleEvent } from '@ohmstead/sdk'
import { expect, test } from 'vitest'
import { formatOf } from '../../i18n/format.ts'
import { dayNamer } from './dayName.ts'
import { eventsSearch } from './search.ts'
import { changesThePast, daysOf, itemsOf, merged, newestSeq } from './timeline.ts'

const said = (seq: number, time: number, more: Partial<RuleEvent> = {}) =>
  ({ seq, time, ...more }) as RuleEvent
const seqs = (items: readonly RuleEvent[]) => items.map(({ seq }) => seq)
const pagesOf = (...pages: { items: RuleEvent[]; next: number | null }[]) => ({ pages, pageParams: [] })

test('an address of anybody gives a filter that can be asked for', () => {
  expect(eventsSearch({ kind: 'raised', rule: 'fridge-off', device: 'fridge' })).toEqual({
    kind: 'raised',
    rule: 'fridge-off',
    device: 'fridge',
  })
  expect(eventsSearch({ kind: 'constructor', rule: 'No id!', device: 7 })).toEqual({})
})

test('pages become one list in the order of the data, each event once', () => {
  const pages = pagesOf(
    { items: [said(9, 50), said(4, 40)], next: 4 },
    { items: [said(4, 40), said(3, 30)], next: null },
  )
  expect(seqs(itemsOf(pages))).toEqual([9, 4, 3])
})

test('an event that is older than all that is loaded waits for its page', () => {
  const pages = pagesOf({ items: [said(10, 5), said(9, 50), said(4, 40)], next: 4 })
  expect(seqs(itemsOf(pages))).toEqual([9, 4])
  expect(seqs(itemsOf(pagesOf({ items: [said(10, 5), said(9, 50)], next: null })))).toEqual([9, 10])
})

test('events are grouped by the days of the site', () => {
  const days = daysOf([said(3, 30), said(2, 21), said(1, 9)], time => String(Math.floor(time / 10)))
  expect(days.map(({ date, items }) => [date, seqs(items)])).toEqual([
    ['3', [3]],
    ['2', [2]],
    ['0', [1]],
  ])
})

test('what is new comes in, what was known is replaced', () => {
  const pages = pagesOf({ items: [said(2, 20), said(1, 10)], next: 1 })
  const next = merged(pages, [said(3, 30), said(2, 20, { retracted: true })])!
  expect(seqs(next.pages[0]!.items)).toEqual([3, 2, 1])
  expect(next.pages[0]!.items[1]!.retracted).toBe(true)
  expect(next.pages[0]!.next).toBe(1)
  expect(merged(pagesOf({ items: [], next: null }), [said(1, 1)])!.pages[0]!.items).toHaveLength(1)
})

test('when nothing of the newest is known, something may be missing between', () => {
  expect(merged(pagesOf({ items: [said(2, 20)], next: null }), [said(9, 90)])).toBeUndefined()
})

test('the newest is told by when it became known', () => {
  expect(newestSeq([said(3, 1), said(8, 0), said(5, 9)])).toBe(8)
  expect(newestSeq([])).toBe(0)
})

test('what is taken back, and what is open again, changes what stands in the list', () => {
  const of = { rule: 'r', key: 'k' }
  const alert = (more: object) =>
    ({
      id: '1',
      type: 'alert',
      data: { ...of, raisedAt: 10, clearedAt: null, clearedBy: null, ...more },
    }) as never
  const over = [said(2, 20, { ...of, kind: 'cleared', retracted: false })]
  expect(changesThePast(alert({}), [])).toBe(false)
  expect(changesThePast(alert({}), over)).toBe(true)
  expect(changesThePast(alert({ raisedAt: 30 }), over)).toBe(false)
  expect(changesThePast(alert({ clearedAt: 20, clearedBy: 'rule' }), over)).toBe(false)
  expect(changesThePast(alert({ clearedAt: 10, clearedBy: 'revised' }), [])).toBe(true)
  expect(changesThePast({ id: '2', type: 'event', data: said(1, 1, { retracted: true }) }, [])).toBe(true)
})

test('days are called by their date in the zone of the site, with the year when it is another', () => {
  const words = { today: 'Today', yesterday: 'Yesterday' }
  const { dateOf, nameOf } = dayNamer(formatOf('en-GB', 'Europe/Oslo'), '2026-01-01', words)
  expect(dateOf(Date.UTC(2025, 11, 31, 23, 30))).toBe('2026-01-01')
  expect(nameOf('2026-01-01')).toBe('Today')
  expect(nameOf('2025-12-31')).toBe('Yesterday')
  expect(nameOf('2025-12-30')).toBe('Tuesday, 30 December 2025')
  expect(dayNamer(formatOf('en-GB', 'Europe/Oslo'), '2026-03-01', words).nameOf('2026-02-01')).toBe(
    'Sunday 1 February',
  )
})
