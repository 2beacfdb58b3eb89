import { cpSync } from 'node:fs'
import { join } from 'node:path'
import type { RuleInput } from '@ohmstead/model'
import { MqttLoad, Platform, tempFolder, until } from '@ohmstead/testkit'
import { type Benchmark, type Figure, quantile } from './report.ts'
import { makeSite, reading192 } from './site.ts'

const site = 'bench'
const devices = Array.from({ length: 200 }, (_, at) => `plug-${at}`)
const perDevice = 10_000
const window = 50
const ruleCount = 1000
const rounds = 3

/** Looks at three of all readings at a time, and is stopped for it. */
const runaway: RuleInput = {
  id: 'runaway',
  name: 'Runaway',
  definition: {
    kind: 'epl',
    text: 'select a.device as device from electricalMeter#keepall as a, electricalMeter#keepall as b, electricalMeter#keepall as c',
  },
  actions: [{ kind: 'event' }],
}

/** Five for each device; each fiftieth is raised and cleared with every wave of the power, the others stay silent. */
const simple = (at: number): RuleInput => ({
  id: `rule-${at}`,
  name: `Rule ${at}`,
  definition: {
    kind: 'template',
    template: 'threshold',
    parameters: {
      devices: [devices[at % devices.length]],
      comparison: 'above',
      limit: at % 50 === 0 ? 2900 : 3000 + at,
    },
  },
  actions: [{ kind: 'alert', severity: 'low' }],
})

const kinds = ['none', 'simple', 'runaway'] as const
type Kind = (typeof kinds)[number]

interface Prepared {
  readonly folder: string
  readonly token: string
  /** Rules that run before the load begins. */
  readonly running: number
}

interface Measured {
  readonly rate: number
  /** Busy time of the server, all threads, µs a message. */
  readonly cpuUs: number
  readonly stopped: number
}

/** Durable QoS 1 messages beside rules that look at them: as fast as they are taken, in turns, the median of each. */
export const rules: Benchmark = {
  name: 'rules',
  title: `Ingest beside rules: durable QoS 1 messages of ${devices.length} devices, ${ruleCount} thresholds`,
  async run(say) {
    using folder = tempFolder()
    const prepared = new Map<Kind, Prepared>()
    for (const kind of kinds) {
      say(
        `a site with ${kind === 'none' ? 'no rules' : kind === 'simple' ? `${ruleCount} rules` : 'a runaway rule'}`,
      )
      prepared.set(kind, await prepare(join(folder.path, kind), kind))
    }
    const measured: Record<Kind, Measured[]> = { none: [], simple: [], runaway: [] }
    for (let round = 0; round < rounds; round++)
      for (const kind of kinds) {
        const one = await measure(prepared.get(kind)!)
        measured[kind].push(one)
        say(`${kind}: ${Math.round(one.rate)} /s, ${one.cpuUs.toFixed(1)} µs of the server each`)
      }
    return figures(measured)
  },
}

function figures(measured: Record<Kind, Measured[]>): Figure[] {
  const median = (kind: Kind, of: (one: Measured) => number) => quantile(measured[kind].map(of), 0.5)
  const rate = (kind: Kind) => median(kind, one => one.rate)
  const slower = (kind: Kind) => 100 * (1 - rate(kind) / rate('none'))
  const cpu = (kind: Kind) => `${median(kind, one => one.cpuUs).toFixed(1)} µs of processor time a message`
  const stopped = measured.runaway.filter(one => one.stopped === 1).length
  return [
    { name: 'without rules', value: rate('none'), unit: '/s', note: cpu('none') },
    {
      ...{ name: `with ${ruleCount} thresholds`, value: rate('simple'), unit: '/s', target: '≤ 10 % slower' },
      ...{ met: slower('simple') <= 10, peer: { name: 'without rules', value: rate('none') } },
      note: `each reading is looked at by ${ruleCount / devices.length}; ${cpu('simple')}`,
    },
    {
      ...{ name: 'with a runaway rule', value: rate('runaway'), unit: '/s', target: '≤ 10 % slower' },
      ...{ met: slower('runaway') <= 10, peer: { name: 'without rules', value: rate('none') } },
      note: `stopped with its reason in ${stopped} of ${rounds} runs; ${cpu('runaway')}`,
    },
  ]
}

async function prepare(folder: string, kind: Kind): Promise<Prepared> {
  await using platform = await Platform.start(folder)
  const token = await makeSite(platform, site, devices)
  for (const rule of rulesOf(kind)) await platform.api('POST', `/api/sites/${site}/rules`, rule)
  await platform.stop()
  return { folder, token, running: rulesOf(kind).length }
}

function rulesOf(kind: Kind): RuleInput[] {
  if (kind === 'runaway') return [runaway]
  return kind === 'none' ? [] : Array.from({ length: ruleCount }, (_, at) => simple(at))
}

/** On a copy, so that no run finds the readings of the one before. */
async function measure({ folder, token, running }: Prepared): Promise<Measured> {
  using copy = tempFolder()
  const data = join(copy.path, 'data')
  cpSync(folder, data, { recursive: true })
  await using platform = await Platform.start(data)
  await until('all rules', async () => (await metric(platform, 'ohmstead_rules_running')) === running)
  const loads = devices.map(device => {
    let last = 0
    const payload = (n: number) => reading192((last = Math.max(last + 1, Date.now())), n)
    const target = {
      ...{ host: '127.0.0.1', port: platform.mqttPort, clientId: device, username: site, password: token },
      topic: `sites/${site}/devices/${device}/readings`,
    }
    return new MqttLoad(target, { window, count: perDevice, payload })
  })
  await Promise.all(loads.map(load => load.connect()))
  const busy = await metric(platform, 'process_cpu_seconds_total')
  const start = performance.now()
  await Promise.all(loads.map(load => load.run()))
  const seconds = (performance.now() - start) / 1000
  const count = devices.length * perDevice
  const cpuUs = (((await metric(platform, 'process_cpu_seconds_total')) - busy) * 1e6) / count
  for (const load of loads) load.close()
  return { rate: count / seconds, cpuUs, stopped: await metric(platform, 'ohmstead_rules_stopped') }
}

async function metric(platform: Platform, name: string): Promise<number> {
  const text = await (await fetch(`${platform.url}/metrics`)).text()
  const line = text.split('\n').find(one => one.startsWith(`${name} `))
  return Number(line?.split(' ')[1])
}
