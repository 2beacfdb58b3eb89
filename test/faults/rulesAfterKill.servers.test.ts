import { Platform, RawMqtt, tempFolder, until } from '@ohmstead/testkit'
import { expect, test } from 'vitest'
import { HookReceiver, type Told } from './hookReceiver.ts'
import { rounds, somewhere } from './rounds.ts'
import { Sender } from './sender.ts'
import { FaultSite } from './site.ts'

const count = rounds(4, 30)
const devices = ['a', 'b', 'c']
/** Readings of one kind in a row: many enough that each one is often the last before a kill. */
const run = 8
const everyMs = 15

interface Sent {
  readonly device: string
  readonly time: number
  readonly power: number
}

interface Alert {
  readonly id: string
  readonly device: string
  readonly raisedAt: number
  readonly clearedAt: number | null
  readonly clearedBy: string | null
}

/** Devices that go on and off, and send each reading, with its own time, until it is acknowledged. */
class Toggling {
  readonly all: Sent[] = []
  readonly #site: FaultSite
  #open: Sent[] = []

  constructor(site: FaultSite) {
    this.#site = site
  }

  /** Sends what was not acknowledged, then new readings until the connection ends or `stop` is called. */
  async send(isOver: () => boolean): Promise<void> {
    // Killed before it answered: what is open stays so.
    using client = await RawMqtt.open(this.#site.platform.mqttPort, this.#site.login).catch(() => undefined)
    if (client === undefined) return
    const left = this.#open
    this.#open = []
    await Promise.all(left.map(one => this.#publish(client, one)))
    const waiting: Promise<void>[] = []
    for (let n = this.all.length / devices.length; !isOver(); n++) {
      for (const device of devices) {
        const one = { device, time: Date.now(), power: Math.floor(n / run) % 2 === 0 ? 90 : 1 }
        this.all.push(one)
        waiting.push(this.#publish(client, one))
      }
      await new Promise(resolve => setTimeout(resolve, everyMs))
    }
    await Promise.all(waiting)
  }

  get isAcknowledged(): boolean {
    return this.#open.length === 0
  }

  async #publish(client: RawMqtt, one: Sent): Promise<void> {
    const payload = `{"measurement":"electricalMeter","time":${one.time},"fields":{"power":${one.power}}}`
    const topic = `sites/${this.#site.id}/devices/${one.device}/readings`
    const isStored = await client.publish(topic, payload).catch(() => false)
    if (!isStored) this.#open.push(one)
  }

  /** What the rule has to say of all that was sent: `a 1700000000000–1700000000100`. */
  get lives(): string[] {
    return devices.flatMap(device => {
      const own = this.all.filter(one => one.device === device)
      const lives: string[] = []
      let since: number | undefined
      for (const { time, power } of own) {
        if (power < 2 && since === undefined) since = time
        if (power >= 2 && since !== undefined) {
          lives.push(`${device} ${since}–${time}`)
          since = undefined
        }
      }
      return since === undefined ? lives : [...lives, `${device} ${since}–`]
    })
  }
}

interface Event extends Told {
  readonly kind: string
}

/** All pages of it, newest first. */
async function allOf<Item>(site: FaultSite, path: string, before: (last: Item) => number): Promise<Item[]> {
  const all: Item[] = []
  for (let page = ''; ; page = `&before=${before(all.at(-1)!)}`) {
    const { items } = await site.get<{ items: Item[] }>(`${path}&limit=500${page}`)
    all.push(...items)
    if (items.length < 500) return all
  }
}

/** Those of one moment may stand on both sides of a page's end, so each is counted once. */
async function alertsOf(site: FaultSite): Promise<Alert[]> {
  const all = await allOf<Alert>(site, '/alerts?rule=off', ({ raisedAt }) => raisedAt + 1)
  return [...new Map(all.map(one => [one.id, one])).values()]
}

test(`after ${count} kills under load no alert is missing and none is double, and a webhook was told each in order`, {
  timeout: 900_000,
}, async () => {
  using folder = tempFolder()
  await using hook = await HookReceiver.open({ refuseEvery: 23 })
  const env = { OHMSTEAD_RULES_PRIVATE_WEBHOOKS: 'true' }
  await using platform = await Platform.start(folder.path, env)
  const site = await FaultSite.make(platform, [...devices, 'noise'])
  await platform.api('POST', '/api/sites/home/rules', {
    id: 'off',
    name: 'Off',
    definition: {
      kind: 'template',
      template: 'threshold',
      parameters: { devices, comparison: 'below', limit: 2 },
    },
    actions: [
      { kind: 'alert', severity: 'high' },
      { kind: 'webhook', url: hook.url },
    ],
  })
  const toggling = new Toggling(site)
  const noise = new Sender({ ...site.device('noise'), site: 'home', port: platform.mqttPort })
  for (let round = 0; round < count; round++) {
    const state = { isOver: false }
    const sending = toggling.send(() => state.isOver)
    const load = noise.publish({ window: 20, reconnect: false, counts: () => true })
    await somewhere(300, 1500)
    await platform.kill()
    state.isOver = true
    await Promise.all([sending, load])
    await platform.restart(env)
  }
  await toggling.send(() => true)
  expect(toggling.isAcknowledged).toBe(true)

  const expected = toggling.lives.toSorted()
  const livesNow = async () =>
    (await alertsOf(site))
      .filter(({ clearedBy }) => clearedBy !== 'revised')
      .map(({ device, raisedAt, clearedAt }) => `${device} ${raisedAt}–${clearedAt ?? ''}`)
      .toSorted()
  await until('all alerts', async () => (await livesNow()).join() === expected.join(), {
    withinMs: 60_000,
    everyMs: 250,
  }).catch(() => {})
  expect(await livesNow()).toEqual(expected)

  const said = (await allOf<Event>(site, '/events?rule=off', ({ seq }) => seq)).reverse()
  const told = () => hook.first.map(({ seq, id }) => `${seq} ${id}`)
  await until('all webhooks', () => hook.first.length >= said.length, { withinMs: 60_000 }).catch(() => {})
  expect(told()).toEqual(said.map(({ seq, id }) => `${seq} ${id}`))
  const twice = hook.taken.length - hook.first.length
  console.log(
    `${count} kills beside ${noise.acked.size} acknowledged readings of another device: ${expected.length} alerts, each once; ` +
      `${said.length} webhooks in order, none missing, ${twice} told twice, ${hook.refused} refused and sent again`,
  )
})
