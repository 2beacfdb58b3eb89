import { Platform, RawMqtt, tempFolder, until } from '@ohmstead/testkit'
import { expect, test } from 'vitest'
import { FaultSite } from './site.ts'

interface RuleState {
  readonly status: { readonly state: string; readonly reason: string | null }
}

const stream = 'electricalMeter'
/** Each takes more than its share in another way. */
const runaways: readonly (readonly [id: string, text: string, reason: RegExp])[] = [
  [
    'cross-join',
    `select a.device as device from ${stream}#keepall as a, ${stream}#keepall as b, ${stream}#keepall as c`,
    /looked at more than|said more than/,
  ],
  [
    'endless-pattern',
    `select a.device as device from pattern [every a=${stream} -> every b=${stream} -> c=${stream}(device = 'never')]`,
    /holds more than|looked at more than|takes longer/,
  ],
  [
    'flood',
    `select a.device as device, b.power as power from ${stream} as a unidirectional, ${stream}#length(5000) as b`,
    /said more than|looked at more than/,
  ],
]

test('rules that run away are stopped alone, each with its reason, while readings and the other rules go on', {
  timeout: 240_000,
}, async () => {
  using folder = tempFolder()
  await using platform = await Platform.start(folder.path)
  const site = await FaultSite.make(platform, ['freezer', 'noise'])
  await platform.api('POST', '/api/sites/home/rules', {
    ...{ id: 'off', name: 'Off', actions: [{ kind: 'alert', severity: 'high' }] },
    definition: {
      kind: 'template',
      template: 'threshold',
      parameters: { devices: ['freezer'], comparison: 'below', limit: 2 },
    },
  })
  for (const [id, text] of runaways)
    await platform.api('POST', '/api/sites/home/rules', {
      ...{ id, name: id, definition: { kind: 'epl', text }, actions: [{ kind: 'event' }] },
    })
  const stateOf = async (id: string) =>
    (await platform.api<RuleState>('GET', `/api/sites/home/rules/${id}`)).status
  const isStopped = async (id: string) => (await stateOf(id)).state === 'stopped'

  const base = Date.now()
  let sent = 0
  let acknowledged = 0
  using device = await RawMqtt.open(platform.mqttPort, site.device('noise'))
  const burst = async () => {
    const times = Array.from({ length: 100 }, () => base + sent++)
    const answers = await Promise.all(
      times.map(time =>
        device.publish(
          site.device('noise').readings,
          `{"measurement":"${stream}","time":${time},"fields":{"power":${time % 3000}}}`,
        ),
      ),
    )
    acknowledged += answers.filter(Boolean).length
  }
  await until(
    'their end',
    async () => {
      await burst()
      return (await Promise.all(runaways.map(([id]) => isStopped(id)))).every(Boolean)
    },
    { withinMs: 120_000, everyMs: 100 },
  )
  for (const [id, , reason] of runaways) expect((await stateOf(id)).reason, id).toMatch(reason)
  expect(acknowledged).toBe(sent)
  expect((await stateOf('off')).state).toBe('running')

  using freezer = await RawMqtt.open(platform.mqttPort, site.device('freezer'))
  const say = (power: number) =>
    freezer.publish(
      site.device('freezer').readings,
      `{"measurement":"${stream}","time":${Date.now()},"fields":{"power":${power}}}`,
    )
  const lives = async () => {
    const { items } = await platform.api<{ items: { clearedBy: string | null }[] }>(
      'GET',
      '/api/sites/home/alerts?rule=off',
    )
    return items.map(({ clearedBy }) => clearedBy)
  }
  expect(await say(1)).toBe(true)
  await until('the alert of the other rule', async () => (await lives()).length === 1)
  expect(await say(90)).toBe(true)
  await until('its end', async () => (await lives())[0] === 'rule')

  // What is stored is all that was acknowledged, whatever the rules did.
  expect((await site.stored('noise')).size).toBe(sent)
  console.log(`${runaways.length} rules stopped beside ${sent} acknowledged readings`)
})
