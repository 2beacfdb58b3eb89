import { Platform, tempFolder } from '@ohmstead/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Action, Saying } from '../src/api/rules.ts'
import { en } from '../src/i18n/en.ts'
import { formatOf } from '../src/i18n/format.ts'
import { sentenceOf } from '../src/parts/said/sentence.ts'

const folder = tempFolder()
let platform: Platform

const names: Readonly<Record<string, string>> = { fridge: 'Fridge', main: 'Mains meter' }

beforeAll(async () => {
  platform = await Platform.start(folder.path)
  await platform.api('POST', '/api/sites', { id: 'home', name: 'Home', timezone: 'Europe/Oslo' })
  for (const [id, name] of Object.entries(names))
    await platform.api('POST', '/api/sites/home/devices', { id, name, capabilities: ['meter'] })
})
afterAll(async () => {
  await platform?.[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

const many = ['fridge', 'main', 'c', 'd', 'e']
const spans = [0.5, 0.01, 1, 30, 60, 90, 120, 1440]
const field = (measurement: string, field: string) => ({ measurement, field })

/** Parameters of every template, each unlike the others in what they make of the words. */
const told: Record<string, object[]> = {
  threshold: [
    { devices: ['fridge'], comparison: 'below', limit: 2, forMinutes: 30 },
    { devices: ['main', 'fridge'], comparison: 'above', limit: 12_345.678 },
    { ...field('roomSensor', 'temperature'), devices: many, comparison: 'above', limit: -18.5 },
    { ...field('roomSensor', 'humidity'), devices: ['c'], comparison: 'below', limit: 30, forMinutes: 120 },
    { ...field('electricalMeter', 'powerFactor'), devices: ['main'], comparison: 'below', limit: 0.9 },
    { ...field('electricalMeter', 'energyImport'), devices: ['main'], comparison: 'above', limit: 1e12 },
  ],
  absence: [
    ...spans.map(forMinutes => ({ devices: ['fridge'], forMinutes })),
    ...many.map((_, at) => ({ devices: many.slice(0, at + 1), forMinutes: 5 })),
  ],
  unusual: [
    { devices: ['main'] },
    { devices: many, factor: 1.1, days: 3 },
    { devices: ['main', 'c'], factor: 100, days: 60 },
  ],
  finished: [{ device: 'fridge' }, { device: 'c', runningW: 0.5, idleMinutes: 1.5 }],
  leftOn: [
    { device: 'fridge', presence: 'main' },
    { device: 'c', presence: 'd', aboveW: 1500, awayMinutes: 180 },
  ],
  peak: [
    { devices: ['main'], limitW: 5000 },
    { devices: many, limitW: 99.5, overMinutes: 60 },
  ],
  freezerDoor: [
    { freezer: 'fridge', door: 'main' },
    { freezer: 'c', door: 'd', aboveC: 4.5, openMinutes: 0.25 },
  ],
  stuck: [
    { devices: ['fridge'] },
    { ...field('roomSensor', 'humidity'), devices: many, hours: 1.5, least: 3 },
  ],
  phaseOverload: [
    { devices: ['main'], limitA: 25 },
    { devices: many, limitA: 16.5, forMinutes: 2 },
  ],
}

const alert: Action = { kind: 'alert', severity: 'medium' }
const deeds: Action[][] = [
  [{ kind: 'alert', severity: 'low' }],
  [{ kind: 'alert', severity: 'high' }, { kind: 'event' }],
  [{ kind: 'event', topic: 'cold-store' }],
  [
    { kind: 'webhook', url: 'https://user@hooks.example.org:8443/a?b=c' },
    { kind: 'webhook', url: 'http://other.example.org' },
  ],
  [alert, { kind: 'event' }, { kind: 'store', device: 'fridge', measurement: 'told' }],
]

/** What the server says of a rule, and what the page says of the same in English. */
async function both({ definition, actions }: Saying): Promise<{ server: string; page: string | null }> {
  const rule = await platform.api<Saying & { sentence: string }>('POST', '/api/sites/home/rules/check', {
    definition,
    actions,
  })
  const format = formatOf('en-GB', 'Europe/Oslo')
  const page = sentenceOf(
    { definition: rule.definition, actions },
    { messages: en, format, nameOf: id => names[id] ?? id },
  )
  return { server: rule.sentence, page }
}

test('every template of the server is told here', async () => {
  const { items } = await platform.api<{ items: { name: string }[] }>('GET', '/api/rule-templates')
  expect(items.map(({ name }) => name).toSorted()).toEqual(Object.keys(told).toSorted())
})

test.each(Object.entries(told))('%s is said in English as the server says it', async (template, table) => {
  for (const parameters of table as Record<string, unknown>[]) {
    const { server, page } = await both({
      definition: { kind: 'template', template, parameters },
      actions: [alert],
    })
    expect(page).toBe(server)
  }
})

test('so is what follows, and a query however long it is', async () => {
  const sayings: Saying[] = [
    ...deeds.map(actions => ({
      definition: {
        kind: 'template' as const,
        template: 'absence',
        parameters: { devices: ['main'], forMinutes: 5 },
      },
      actions,
    })),
    ...[
      'select * from electricalMeter',
      `  @name('raise')\n\tselect device, power as value\n  from electricalMeter(power > 1000, device in ('fridge', 'main'))\n`,
    ].map(text => ({ definition: { kind: 'epl' as const, text }, actions: [alert] })),
  ]
  for (const saying of sayings) {
    const { server, page } = await both(saying)
    expect(page).toBe(server)
  }
})
