import { setTimeout as pause } from 'node:timers/promises'
import {
  connectPacket,
  memoryOf,
  mqttPacket,
  mqttText,
  Platform,
  packetType,
  publishPacket,
  RawMqtt,
  remainingLength,
  tempFolder,
  until,
} from '@ohmstead/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rounds } from './rounds.ts'
import { FaultSite, metric } from './site.ts'

const folder = tempFolder()
let platform: Platform
let home: FaultSite
let neighbour: FaultSite
let quietMb: number
let pid: number

beforeAll(async () => {
  platform = await Platform.start(folder.path)
  const names = ['meter', 'plug', 'q2', 'topics', 'outside', 'reader', 'owner', 'thief']
  home = await FaultSite.make(platform, names)
  neighbour = await FaultSite.make(platform, ['meter'], 'neighbour')
  pid = platform.pid
  quietMb = memoryOf(pid).rssMb
})

afterAll(async () => {
  await platform[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

const reading = (value: number) => `{"measurement":"airSensor","fields":{"temperature":${value}}}`

/** The attack has cost little memory, and the server goes on serving an honest device. */
async function unharmed(what: string, mostMb: number): Promise<void> {
  const { rssMb } = memoryOf(pid)
  console.log(`${what}: ${rssMb.toFixed(0)} MB, ${quietMb.toFixed(0)} MB before`)
  expect(rssMb - quietMb).toBeLessThan(mostMb)
  using honest = await RawMqtt.open(platform.mqttPort, { ...home.device('plug'), clientId: 'plug' })
  expect(await honest.publish(home.device('plug').readings, reading(20))).toBe(true)
  expect(platform.pid).toBe(pid)
}

describe('who is not signed in', () => {
  test.each([
    ['a PUBLISH', 0x30],
    ['a CONNECT', 0x10],
  ])('announces %s of 200 MB and is closed at once, whatever it sends', async (_name, head) => {
    using stranger = RawMqtt.dial(platform.mqttPort)
    stranger.write(Buffer.from([head, ...remainingLength(200_000_000)]))
    const zeros = Buffer.alloc(1 << 20)
    let sent = 0
    while (!stranger.isClosed && sent < 150) {
      stranger.write(zeros)
      sent++
      await pause(2)
    }
    await until('the socket is closed', () => stranger.isClosed)
    expect(sent).toBeLessThan(150)
    await unharmed('200 MB announced', 60)
  })

  test('fills the door with 2000 sockets, silent or slow, and all are shut out within seconds', {
    timeout: 120_000,
  }, async () => {
    const held = () => metric(platform, 'ohmstead_mqtt_connections')
    const before = await held()
    const sockets = Array.from({ length: 2000 }, () => RawMqtt.dial(platform.mqttPort))
    const connect = connectPacket(home.login)
    let at = 0
    const drip = setInterval(() => {
      for (const socket of sockets.slice(0, 200)) socket.write(connect.subarray(at, at + 1))
      if (++at >= connect.length - 1) clearInterval(drip)
    }, 300)
    const most = await held()
    const someAreShutOut = () => sockets.filter(({ isClosed }) => isClosed).length >= 1500
    await until('they are shut out', async () => someAreShutOut() && (await held()) <= before, {
      withinMs: 60_000,
    })
    clearInterval(drip)
    // Whom the kernel forgot, because the queue of a busy server was full, learns of it when it says something.
    for (const socket of sockets) if (!socket.isClosed) socket.write(Buffer.from([0]))
    await until('all know of it', () => sockets.every(({ isClosed }) => isClosed), { withinMs: 30_000 })
    expect(most).toBeLessThanOrEqual(1001)
    await unharmed(`2000 sockets, ${most} held at most`, 60)
  })
})

describe('a device', () => {
  test('leaves QoS 2 half open 65 535 times and is ended', async () => {
    const { readings, ...login } = home.device('q2')
    using device = await RawMqtt.open(platform.mqttPort, login)
    const topic = mqttText(readings)
    for (let id = 1; id <= 65_535 && !device.isClosed; id += 500) {
      const ids = Array.from({ length: Math.min(500, 65_536 - id) }, (_, k) => id + k)
      device.write(
        Buffer.concat(ids.map(one => publishPacket(topic, reading(one % 50), { qos: 2, id: one }))),
      )
      await pause(1)
    }
    await until('it is ended', () => device.isClosed)
    await unharmed('QoS 2 half open', 60)
  })

  test('asks for 10 000 subscriptions and gets 200', async () => {
    using program = await RawMqtt.open(platform.mqttPort, home.login)
    let granted = 0
    for (let round = 0; round < 100; round++) {
      const filters = Array.from({ length: 100 }, (_, k) => `sites/home/devices/d${round * 100 + k}/readings`)
      granted += (await program.subscribe(...filters))!.filter(qos => qos < 128).length
    }
    expect(granted).toBe(200)
    await unharmed('10 000 subscriptions', 60)
  })

  const badTopics: [string, Buffer][] = [
    ['a wildcard', Buffer.from('sites/home/devices/topics/+')],
    ['a many-level wildcard', Buffer.from('sites/home/devices/topics/readings/#')],
    ['NUL', Buffer.from('sites/home/devices/topics/readings\0')],
    ['invalid UTF-8', Buffer.from([...Buffer.from('sites/home/devices/topics/'), 0xc0, 0xaf])],
    ['a surrogate', Buffer.from([...Buffer.from('sites/home/devices/topics/'), 0xed, 0xa0, 0x80])],
    ['nothing', Buffer.alloc(0)],
    ['200 levels', Buffer.from('a/'.repeat(200))],
    ['60 kB', Buffer.alloc(60_000, 'a')],
  ]
  test('publishes to topics that are none, and is ended each time', async () => {
    const login = home.device('topics')
    for (const [name, topic] of badTopics) {
      // Each under a name of its own: who has offended has to stay away for a while.
      using device = await RawMqtt.open(platform.mqttPort, { ...login, clientId: `topics ${name}` })
      expect([name, await device.publish(topic, reading(1))]).toEqual([name, false])
      expect(device.isClosed).toBe(true)
    }
    expect((await home.stored('topics')).size).toBe(0)
    await unharmed('topics that are none', 60)
  })

  test.each([
    'sites/home/devices/topics/+a',
    'sites/#/home',
    'sites/home/devices/topics/commands\0',
    Buffer.from([0x61, 0xff, 0xfe]),
    '',
  ])('asks for the filter %j and is ended', async filter => {
    const clientId = `filter ${Buffer.from(filter).toString('hex')}`
    using device = await RawMqtt.open(platform.mqttPort, { ...home.device('topics'), clientId })
    expect(await device.subscribe(filter)).toBeUndefined()
  })
})

describe('a device outside its prefix', () => {
  const foreign = [
    'sites/home/devices/meter/readings',
    'sites/home/devices/meter/status',
    'sites/home/devices/outside/commands',
    'sites/neighbour/devices/meter/readings',
    'sites/home/slots',
    'sites/home/devices/outside/readings/more',
    'sensors/home/outside',
    '$SYS/broker/clients',
    'anything',
  ]
  test('cannot publish: it is ended, nobody hears it, nothing is stored', async () => {
    using listener = await RawMqtt.open(platform.mqttPort, home.login)
    await listener.subscribe('sites/home/#')
    const before = await metric(platform, 'ohmstead_mqtt_denied_publishes_total')
    for (const topic of foreign) {
      const clientId = `outside ${topic}`
      using device = await RawMqtt.open(platform.mqttPort, { ...home.device('outside'), clientId })
      expect([topic, await device.publish(topic, reading(66))]).toEqual([topic, false])
    }
    // `$SYS` is refused before rights are asked: no client may publish there. [MQTT-4.7.2-1]
    const denied = (await metric(platform, 'ohmstead_mqtt_denied_publishes_total')) - before
    expect(denied).toBe(foreign.length - 1)
    expect(await listener.messages()).toEqual([])
    for (const [site, device] of [
      [home, 'meter'],
      [home, 'outside'],
      [neighbour, 'meter'],
    ] as const)
      expect([...(await site.stored(device)).values()]).not.toContain(66)
  })

  test('cannot publish by its last will either', async () => {
    const will = { topic: 'sites/home/devices/meter/status', payload: '{}', qos: 1 as const }
    using device = RawMqtt.dial(platform.mqttPort)
    expect(await device.connect({ ...home.device('outside'), clientId: 'will', will })).not.toBe(0)
  })

  test('cannot subscribe: it is refused, and hears nothing', async () => {
    const filters = [
      '#',
      '+/#',
      'sites/#',
      'sites/home/#',
      'sites/+/devices/+/readings',
      'sites/home/devices/+/commands',
      'sites/home/devices/meter/readings',
      'sites/home/devices/meter/commands',
      'sites/home/devices/reader/readings',
      'sites/neighbour/devices/meter/readings',
      'sensors/#',
      '$SYS/#',
      '$share/group/sites/home/#',
    ]
    using device = await RawMqtt.open(platform.mqttPort, home.device('reader'))
    expect(await device.subscribe(...filters)).toEqual(filters.map(() => 128))
    // A persistent session must not get by its queue what it may not hear.
    using kept = await RawMqtt.open(platform.mqttPort, {
      ...home.device('reader'),
      clientId: 'kept',
      clean: false,
    })
    expect(await kept.subscribe(...filters)).toEqual(filters.map(() => 128))
    kept.close()
    const { readings, ...login } = home.device('meter')
    using meter = await RawMqtt.open(platform.mqttPort, login)
    expect(await meter.publish(readings, reading(21))).toBe(true)
    using program = await RawMqtt.open(platform.mqttPort, home.login)
    expect(await program.publish('sites/home/devices/meter/commands', '{"on":true}')).toBe(true)
    expect(await device.messages()).toEqual([])
    using back = await RawMqtt.open(platform.mqttPort, {
      ...home.device('reader'),
      clientId: 'kept',
      clean: false,
    })
    expect(await back.messages()).toEqual([])
  })
})

test('who takes another device’s client id takes nothing else: no session, no waiting commands', async () => {
  const commands = 'sites/home/devices/owner/commands'
  const owner = { ...home.device('owner'), clean: false }
  using first = await RawMqtt.open(platform.mqttPort, owner)
  expect(await first.subscribe(commands)).toEqual([1])
  using thief = await RawMqtt.open(platform.mqttPort, {
    ...home.device('thief'),
    clientId: 'owner',
    clean: false,
  })
  using program = await RawMqtt.open(platform.mqttPort, home.login)
  expect(await program.publish(commands, '{"n":1}')).toBe(true)
  await first.next(packetType.publish)
  expect([first.isClosed, await thief.messages()]).toEqual([false, []])
  first.close()
  await until('the owner is gone', async () => !(await isConnected('owner')))
  expect(await program.publish(commands, '{"n":2}')).toBe(true)
  thief.close()
  using second = await RawMqtt.open(platform.mqttPort, {
    ...home.device('thief'),
    clientId: 'owner',
    clean: false,
  })
  expect(await second.messages()).toEqual([])
  using returned = await RawMqtt.open(platform.mqttPort, owner)
  await returned.next(packetType.publish)
})

async function isConnected(device: string): Promise<boolean> {
  const { items } = await home.get<{ items: { device: string; connected: boolean }[] }>('/presence')
  return items.some(item => item.device === device && item.connected)
}

test('random bytes after a sign-in end connections, never the server', { timeout: 300_000 }, async () => {
  const count = rounds(40, 1000)
  let ended = 0
  for (let round = 0; round < count; round++) {
    using client = await RawMqtt.open(platform.mqttPort, {
      ...home.device('topics'),
      clientId: `random ${round}`,
    })
    const bytes = Buffer.from(Array.from({ length: 200 }, () => Math.floor(Math.random() * 256)))
    client.write(round % 2 ? bytes : mqttPacket(Math.floor(Math.random() * 256), bytes))
    // What looks like the beginning of something long may be waited for.
    await Promise.race([until('the end', () => client.isClosed, { everyMs: 5 }).catch(() => {}), pause(200)])
    if (client.isClosed) ended++
  }
  console.log(`${ended} of ${count} connections with random bytes were ended at once`)
  expect(ended).toBeGreaterThan(count / 2)
  await unharmed('random bytes', 150)
})
