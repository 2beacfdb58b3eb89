import { type LoadTarget, MqttLoad, Platform, startMosquitto, tempFolder } from '@ohmstead/testkit'
import type { Benchmark, Figure } from './report.ts'
import { makeSite, reading192, storedCount } from './site.ts'

const clients = 50
const perClient = 12_000
const window = 200
const site = 'bench'
const base = Date.UTC(2026, 0, 1)
const devices = Array.from({ length: clients }, (_, at) => `plug-${at}`)

/** Durable QoS 1 messages: from the first PUBLISH to the last PUBACK, then counted in the store. */
export const mqtt: Benchmark = {
  name: 'mqtt',
  title: 'Durable QoS 1 messages, end to end (50 clients, 192 bytes, 4 values each)',
  async run(say) {
    say('Mosquitto, which keeps nothing')
    const peer = await mosquitto()
    say('Ohmstead, every message on disk before its PUBACK')
    const { rate, stored } = await ohmstead()
    const sent = clients * perClient
    const figures: Figure[] = [
      {
        name: 'messages acknowledged',
        value: rate,
        unit: '/s',
        target: '≥ 50 000 /s',
        met: rate >= 50_000,
        peer: { name: 'Mosquitto (not durable)', value: peer },
        note: `window of ${window} a client`,
      },
      {
        name: 'messages in the store',
        value: stored,
        unit: `of ${sent}`,
        target: `${sent}`,
        met: stored === sent,
      },
    ]
    return figures
  },
}

async function mosquitto(): Promise<number> {
  using folder = tempFolder()
  await using peer = await startMosquitto(folder.path)
  return await publish(peer.port, () => ({ username: 'nobody', password: '' }))
}

async function ohmstead(): Promise<{ rate: number; stored: number }> {
  using folder = tempFolder()
  await using platform = await Platform.start(folder.path)
  const token = await makeSite(platform, site, devices)
  const rate = await publish(platform.mqttPort, () => ({ username: site, password: token }))
  return { rate, stored: await storedCount(platform, site, 'power', base, base + perClient * 1000) }
}

/** @returns acknowledged messages per second */
async function publish(
  port: number,
  login: () => Pick<LoadTarget, 'username' | 'password'>,
): Promise<number> {
  const loads = devices.map(
    device =>
      new MqttLoad(
        {
          host: '127.0.0.1',
          port,
          clientId: device,
          topic: `sites/${site}/devices/${device}/readings`,
          ...login(),
        },
        { window, count: perClient, payload: n => reading192(base + n * 1000, n) },
      ),
  )
  await Promise.all(loads.map(load => load.connect()))
  const start = performance.now()
  await Promise.all(loads.map(load => load.run()))
  const rate = (clients * perClient * 1000) / (performance.now() - start)
  for (const load of loads) load.close()
  return rate
}
