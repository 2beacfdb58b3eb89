import { describe, expect, test } from 'vitest'
import { type Draft, draftOf, requestOf, wattHours } from './draft.ts'

const zone = 'Europe/Oslo'
const start = Date.parse('2026-11-17T14:00:00+01:00')
const end = start + 3_600_000
const known = { start, end, zone }
const draft = (change: Partial<Draft>): Draft => ({ ...draftOf(start, end, zone), ...change })
const sent = (change: Partial<Draft>) => {
  const parsed = requestOf(draft(change), known)
  return 'request' in parsed ? parsed.request : parsed.faults
}

describe('what is typed', () => {
  test.each([
    ['1.5', 1500],
    ['1,5', 1500],
    ['12 345,678', 12_345_678],
    ['0', 0],
    ['', null],
    ['-1', Number.NaN],
    ['1.2.3', Number.NaN],
    ['about two', Number.NaN],
  ])('%j kWh', (text, expected) => {
    expect(wattHours(text)).toEqual(expected)
  })

  test('an energy needs quarters of an hour and at least one direction', () => {
    expect(sent({ importKwh: '1,25', note: ' bill ' })).toEqual({
      edit: {
        kind: 'energy',
        from: '2026-11-17T14:00:00+01:00',
        to: '2026-11-17T15:00:00+01:00',
        importWh: 1250,
        exportWh: null,
      },
      note: 'bill',
    })
    expect(sent({ from: '2026-11-17T14:07' })).toEqual({ from: 'quarter', importKwh: 'some' })
    expect(sent({ from: '2026-11-17T16:00', importKwh: '1' })).toEqual({ to: 'order' })
    expect(sent({ to: '', importKwh: 'x' })).toEqual({ to: 'time', importKwh: 'number' })
  })

  test('an exchanged meter needs nothing but the time', () => {
    expect(sent({ kind: 'replaced', at: '2026-11-17T14:03' })).toEqual({
      edit: {
        kind: 'replaced',
        at: '2026-11-17T14:03:00+01:00',
        final: { importWh: null, exportWh: null },
        initial: { importWh: null, exportWh: null },
      },
    })
  })

  test('the second two o’clock stays the second one as long as nobody types another time', () => {
    const second = Date.parse('2026-10-25T02:00:00+01:00')
    const about = { start: second, end: second + 3_600_000, zone }
    const parsed = requestOf({ ...draftOf(about.start, about.end, zone), kind: 'exclude' }, about)
    expect(parsed).toEqual({
      request: {
        edit: { kind: 'exclude', from: '2026-10-25T02:00:00+01:00', to: '2026-10-25T03:00:00+01:00' },
      },
    })
  })
})
