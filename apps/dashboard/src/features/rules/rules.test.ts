import { expect, test } from 'vitest'
import type { Action, RuleOut, RuleTemplate } from '../../api/rules.ts'
import { lines } from '../../api/rules.ts'
import { formatOf } from '../../i18n/format.ts'
import { changedAction, judgeable, otherActions, withAction, withoutAction } from './actions.ts'
import { workText } from './cost.ts'
import { type Draft, draftOf, freeId, isSameSaying, nameFor, newDraft, written } from './draft.ts'
import { draftKept } from './kept.ts'
import { found, openOf, rulesSearch } from './list.ts'
import { rowText } from './rowText.ts'
import { differences } from './versions.ts'

const id = '^[a-z0-9][a-z0-9-]{0,62}$'
const threshold: RuleTemplate = {
  name: 'threshold',
  title: 'A value stays above or below a limit',
  description: '',
  parameters: {
    properties: {
      devices: { type: 'array', items: { type: 'string', pattern: id } },
      comparison: { type: 'string', enum: ['above', 'below'] },
      limit: { type: 'number' },
      forMinutes: { default: 0, anyOf: [{ type: 'number', exclusiveMinimum: 0 }, { const: 0 }] },
    },
    required: ['devices', 'comparison', 'limit'],
  },
}
const alert: Action = { kind: 'alert', severity: 'high' }
const webhook = (url: string): Action => ({ kind: 'webhook', url })

test('a draft says nothing before what is needed is filled in', () => {
  const empty = newDraft(threshold)
  expect(empty.parameters).toEqual({ devices: [], comparison: 'above', forMinutes: 0 })
  expect(written(empty)).toEqual({ definition: null, missing: ['devices', 'limit'] })
  const filled: Draft = { ...empty, parameters: { ...empty.parameters, devices: ['fridge'], limit: 0 } }
  expect(written(filled).definition).toEqual({
    kind: 'template',
    template: 'threshold',
    parameters: { devices: ['fridge'], comparison: 'above', forMinutes: 0, limit: 0 },
  })
  const wiped: Draft = { ...filled, parameters: { ...filled.parameters, forMinutes: '' } }
  expect(written(wiped).missing).toEqual(['forMinutes'])
})

test('a text that somebody wrote comes before the form, until it is taken back', () => {
  const filled: Draft = {
    ...newDraft(threshold),
    parameters: { devices: ['fridge'], comparison: 'above', limit: 2 },
  }
  expect(written({ ...filled, text: 'select 1' }).definition).toEqual({ kind: 'epl', text: 'select 1' })
  expect(written({ ...filled, text: '  ' })).toEqual({ definition: null, missing: ['text'] })
  expect(written({ ...filled, text: null }).definition).toMatchObject({ kind: 'template' })
})

test('a rule is edited as what it is; one of a template that is gone as what it made', () => {
  const saying = {
    name: 'Off',
    definition: { kind: 'template' as const, template: 'threshold', parameters: { limit: 2 } },
    actions: [alert],
    epl: 'select 2',
  }
  expect(draftOf(saying, [threshold])).toMatchObject({
    template: threshold,
    parameters: { limit: 2 },
    text: null,
  })
  expect(draftOf(saying, [])).toMatchObject({ template: null, text: 'select 2' })
  const epl = { ...saying, definition: { kind: 'epl' as const, text: 'select 1' } }
  expect(draftOf(epl, [threshold])).toMatchObject({ template: null, text: 'select 1' })
})

test('the same parameters in another order are the same rule', () => {
  const of = (parameters: Record<string, unknown>) => ({
    definition: { kind: 'template' as const, template: 'threshold', parameters },
    actions: [alert],
  })
  expect(isSameSaying(of({ a: 1, b: { c: 2, d: 3 } }), of({ b: { d: 3, c: 2 }, a: 1 }))).toBe(true)
  expect(isSameSaying(of({ a: 1 }), of({ a: 2 }))).toBe(false)
  expect(isSameSaying(of({ a: ['x', 'y'] }), of({ a: ['y', 'x'] }))).toBe(false)
})

test('a rule is called after its template and first device, and its id is free', () => {
  const draft: Draft = { ...newDraft(threshold), parameters: { devices: ['fridge', 'mains'] } }
  expect(nameFor('Peak', draft, id => id.toUpperCase())).toBe('Peak: FRIDGE')
  expect(nameFor('Peak', { ...draft, parameters: {} }, id => id)).toBe('Peak')
  expect(nameFor('x'.repeat(200), draft, id => id)).toHaveLength(120)
  expect(freeId('Fridge is off', [])).toBe('fridge-is-off')
  expect(freeId('Fridge is off', ['fridge-is-off', 'fridge-is-off-2'])).toBe('fridge-is-off-3')
  expect(freeId('y'.repeat(80), [freeId('y'.repeat(80), [])])).toHaveLength(63)
})

test('actions are kept in one order, and those that the form does not know are left alone', () => {
  const command = { kind: 'command', device: 'x' } as unknown as Action
  const event: Action = { kind: 'event' }
  const all = withAction(withAction([command, webhook('https://a.example')], event), alert)
  expect(all.map(({ kind }) => kind)).toEqual(['alert', 'event', 'webhook', 'command'])
  expect(otherActions(all)).toEqual([command])
  expect(withoutAction(all, 1).map(({ kind }) => kind)).toEqual(['alert', 'webhook', 'command'])
  expect(changedAction(all, 2, webhook('https://b.example'))[2]).toEqual(webhook('https://b.example'))
  expect(judgeable([alert, webhook('htt'), webhook('https://a.example')])).toEqual([
    alert,
    webhook('https://a.example'),
  ])
})

test('a draft is gone on with, unless the rule was saved since or another template was chosen', () => {
  const fresh = newDraft(threshold)
  const draft = { ...fresh, name: 'Mine' }
  expect(draftKept({ draft, version: 2 }, 2, fresh)).toBe(draft)
  expect(draftKept({ draft, version: 2 }, 3, fresh)).toBe(fresh)
  expect(draftKept({ draft, version: null }, null, fresh)).toBe(draft)
  expect(draftKept({ draft: newDraft(null), version: null }, null, fresh)).toBe(fresh)
  expect(draftKept(undefined, null, fresh)).toBe(fresh)
})

const rule = (id: string, name: string, sentence: string) => ({ id, name, sentence }) as RuleOut

test('rules are found by any of their words, and stand by name', () => {
  const rules = [
    rule('b', 'Zebra', 'When *Fridge* draws'),
    rule('a', 'apple 10', 'When *Washer* draws'),
    rule('c', 'Apple 9', 'When *Fridge* rests'),
  ]
  const words = { locale: 'en', sentenceOf: ({ sentence }: RuleOut) => sentence }
  expect(found(rules, '', words).map(({ id }) => id)).toEqual(['c', 'a', 'b'])
  expect(found(rules, 'fridge DRAWS', words).map(({ id }) => id)).toEqual(['b'])
  expect(found(rules, 'no such', words)).toEqual([])
  expect(openOf([{ rule: 'a' }, { rule: 'b' }, { rule: 'a' }])).toEqual(
    new Map([
      ['a', 2],
      ['b', 1],
    ]),
  )
  expect(rulesSearch({ q: 7 })).toEqual({ q: '7' })
  expect(rulesSearch({ q: '', other: 1 })).toEqual({})
})

test.each([
  [12, '12 ms'],
  [3400, '3.4 sec'],
  [52 * 60_000, '52 min'],
  [5 * 3_600_000, '5 hr'],
  [3 * 86_400_000, '3 days'],
])('%d ms of work are said as %s', (ms, text) => {
  expect(workText(ms, 'en-US')).toBe(text)
})

test('a row is said without its device, instants as times', () => {
  const format = formatOf('en-GB', 'Europe/Oslo')
  const row = { device: 'a', key: 'a', value: 1.25, since: Date.UTC(2026, 0, 5, 11), other: null, on: true }
  expect(rowText(row, { value: 'W' }, format)).toBe('1.25 W, since 5 Jan 2026, 12:00, on true')
})

test('two versions differ by parameter and by action', () => {
  const of = (limit: number, actions: Action[]) => ({
    definition: {
      kind: 'template' as const,
      template: 'threshold',
      parameters: { limit, devices: ['a', 'b'] },
    },
    actions,
  })
  expect(differences(of(2, [alert]), of(3, [alert, webhook('https://a.example')]))).toEqual([
    { name: 'limit', before: '2', after: '3' },
    { name: 'webhook https://a.example', before: null, after: 'https://a.example' },
  ])
  const epl = { definition: { kind: 'epl' as const, text: 'select 1' }, actions: [alert] }
  expect(differences(of(2, [alert]), epl).map(({ name }) => name)).toEqual([
    'template',
    'limit',
    'devices',
    'epl',
  ])
  expect(differences(epl, epl)).toEqual([])
})

test('lines of a stream are told piece by piece, however they are cut', async () => {
  const text = '{"type":"progress","rule":0,"through":1}\n{"type":"progress","rule":0,"through":2}\n'
  const bytes = new TextEncoder().encode(text)
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const [from, to] of [
        [0, 30],
        [30, 50],
        [50, bytes.length],
      ])
        controller.enqueue(bytes.slice(from, to))
      controller.close()
    },
  })
  const told = await Array.fromAsync(lines(stream))
  expect(told.flat()).toEqual([
    { type: 'progress', rule: 0, through: 1 },
    { type: 'progress', rule: 0, through: 2 },
  ])
})
