import type { Platform } from '@ohmstead/testkit'
import { furnish, send } from './realPage.ts'

const minute = 60_000
const hour = 60 * minute

const threshold = (device: string, limit: number) => ({
  kind: 'template',
  template: 'threshold',
  parameters: { devices: [device], comparison: 'above', limit, forMinutes: 0 },
})

export const rules = [
  {
    id: 'washer-heats',
    name: 'Washing machine heats',
    definition: threshold('washer', 1500),
    actions: [{ kind: 'alert', severity: 'low' }],
  },
  {
    id: 'fridge-door',
    name: 'Fridge draws too much',
    definition: threshold('fridge', 200),
    actions: [{ kind: 'alert', severity: 'high' }],
  },
  {
    id: 'spare-used',
    name: 'Spare plug is used',
    definition: threshold('spare', 50),
    actions: [{ kind: 'alert', severity: 'medium' }],
  },
  {
    id: 'air-told',
    name: 'Warm air in the kitchen',
    definition: {
      kind: 'epl',
      text: 'select device, temperature from roomSensor(temperature > 30)',
    },
    actions: [{ kind: 'event' }],
  },
]

export const power = (time: number, watts: number) => ({
  measurement: 'electricalMeter',
  time,
  fields: { power: watts },
})

/** A home whose rules have said much in the last days: the washing machine heated `pulses` times, an hour between. */
export async function sayMuch(platform: Platform, pulses: number): Promise<{ readonly lastPulse: number }> {
  await furnish(platform)
  for (const rule of rules) await platform.api('POST', '/api/sites/home/rules', rule)
  const running = async () => {
    const { items } = await platform.api<{ items: { status: { state: string } }[] }>(
      'GET',
      '/api/sites/home/rules',
    )
    return items.every(({ status }) => status.state === 'running')
  }
  await until(running)
  const lastPulse = Math.floor(Date.now() / hour) * hour - 2 * hour
  const readings = Array.from({ length: pulses }, (_, at) => lastPulse - at * hour).flatMap(start => [
    power(start, 2000),
    power(start + 10 * minute, 100),
  ])
  await send(platform, 'washer', readings)
  await send(platform, 'air', [
    { measurement: 'roomSensor', time: lastPulse - 30 * minute, fields: { temperature: 31.5 } },
  ])
  await until(async () => (await said(platform, 'limit=500')).length >= 2 * pulses + 1)
  return { lastPulse }
}

export interface Said {
  readonly seq: number
  readonly kind: string
  readonly rule: string
  readonly time: number
  readonly retracted: boolean
}

export async function said(platform: Platform, query: string): Promise<Said[]> {
  const { items } = await platform.api<{ items: Said[] }>('GET', `/api/sites/home/events?${query}`)
  return items
}

export async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error('it did not become so within 30 s')
    await new Promise(retry => setTimeout(retry, 100))
  }
}
