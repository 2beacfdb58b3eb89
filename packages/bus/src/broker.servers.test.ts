import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { tempFolder } from '@ohmstead/testkit'
import { connectAsync, type IClientOptions } from 'mqtt'
import { afterAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { openTest, until } from '../test/openTest.ts'
import { RawClient } from '../test/rawClient.ts'
import { connectBus } from './index.ts'

const folder = tempFolder()
afterAll(() => folder[Symbol.dispose]())
const topic = 'sites/home/devices/meter/readings'
const has = (command: string) => spawnSync('which', [command]).status === 0

/** A program run to its end. */
async function run(
  command: string,
  args: readonly string[],
  input = '',
): Promise<{ code: number; output: string }> {
  const child = spawn(command, args)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (output += chunk))
  child.stdin.end(input)
  const [code] = await once(child, 'close')
  return { code, output }
}

const clients = has('mosquitto_pub')
if (!clients) console.log('mosquitto clients are not installed: their tests are skipped')

describe.skipIf(!clients)('the Mosquitto clients', () => {
  const address = (port: number) => ['-h', '127.0.0.1', '-p', `${port}`]

  test.each([0, 1, 2])('publish and subscribe at QoS %i', async qos => {
    await using t = await openTest()
    const reading = run('mosquitto_sub', [
      ...address(t.port),
      '-i',
      'sub',
      '-t',
      'sites/#',
      '-q',
      `${qos}`,
      '-C',
      '50',
      '-W',
      '20',
    ])
    await until(() => t.broker.stats().sessions === 1)
    await RawClient.open(t.port).then(client => client.settled())
    const lines = Array.from({ length: 50 }, (_, n) => `{"n":${n}}`)
    const { code } = await run(
      'mosquitto_pub',
      [...address(t.port), '-i', 'pub', '-u', 'home/meter', '-P', 'x', '-t', topic, '-q', `${qos}`, '-l'],
      lines.join('\n'),
    )
    expect(code).toBe(0)
    expect((await reading).output.trim().split('\n')).toEqual(lines)
    expect(t.taken.map(({ payload }) => payload.toString())).toEqual(lines)
  })

  test('retain, and publish their last will', async () => {
    await using t = await openTest()
    await run('mosquitto_pub', [...address(t.port), '-t', 'config/x', '-m', 'kept', '-r', '-q', '1'])
    expect((await run('mosquitto_sub', [...address(t.port), '-t', 'config/#', '-C', '1', '-v'])).output).toBe(
      'config/x kept\n',
    )
    const dying = spawn('mosquitto_sub', [
      ...address(t.port),
      '-i',
      'dying',
      '-t',
      'none',
      '--will-topic',
      'last/words',
      '--will-payload',
      'bye',
      '--will-retain',
    ])
    await until(() => t.broker.stats().sessions === 1)
    dying.kill('SIGKILL')
    await until(() => t.broker.stats().retained === 2)
    expect((await run('mosquitto_sub', [...address(t.port), '-t', 'last/#', '-C', '1'])).output).toBe('bye\n')
  })

  test('keep a session', async () => {
    await using t = await openTest({ file: `${folder.path}/session.sqlite` })
    const subscribe = [...address(t.port), '-i', 'kept', '-c', '-t', 'a/b', '-q', '1']
    await run('mosquitto_sub', [...subscribe, '-E'])
    await run('mosquitto_pub', [...address(t.port), '-t', 'a/b', '-m', 'while away', '-q', '1'])
    expect((await run('mosquitto_sub', [...subscribe, '-C', '1', '-W', '10'])).output).toBe('while away\n')
  })

  test('of MQTT 5 are told that this is MQTT 3.1.1', async () => {
    await using t = await openTest()
    const { code, output } = await run('mosquitto_pub', [...address(t.port), '-V', '5', '-t', 'a', '-m', 'x'])
    expect(code).not.toBe(0)
    expect(output).toMatch(/protocol version|refused/i)
  })

  test('with wrong credentials are told so', async () => {
    await using t = await openTest()
    expect(
      (await run('mosquitto_pub', [...address(t.port), '-u', 'stranger', '-P', 'x', '-t', 'a', '-m', 'x']))
        .output,
    ).toMatch(/not authorised/i)
  })
})

/** The broker behind an HTTP server, as in the product. */
async function withHttp(hooks: Parameters<typeof openTest>[0] = {}) {
  const t = await openTest(hooks)
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  server.on('upgrade', (request, socket, head) => t.broker.handleUpgrade(request, socket, head))
  const port = (server.address() as AddressInfo).port
  return {
    ...t,
    url: `ws://127.0.0.1:${port}/mqtt`,
    httpPort: port,
    [Symbol.asyncDispose]: async () => {
      await t.broker.close()
      server.closeAllConnections()
      server.close()
    },
  }
}

describe('over WebSocket', () => {
  test('mqtt.js publishes and subscribes at every QoS', async () => {
    await using t = await withHttp()
    const client = await connectAsync(t.url, {
      protocolVersion: 4,
      clientId: 'ws',
      username: 'u',
      password: 'x',
    })
    const seen: string[] = []
    client.on('message', (_topic, payload) => seen.push(payload.toString()))
    await client.subscribeAsync('sites/#', { qos: 2 })
    for (const qos of [0, 1, 2] as const) await client.publishAsync(topic, `${qos}`, { qos })
    await until(() => seen.length === 3)
    expect(seen).toEqual(['0', '1', '2'])
    expect(t.broker.sessions()).toMatchObject([{ transport: 'ws', address: '127.0.0.1' }])
    await client.endAsync()
  })

  test('a large message comes in pieces and whole', async () => {
    await using t = await withHttp()
    const client = await connectAsync(t.url, { protocolVersion: 4 })
    await client.publishAsync(topic, Buffer.alloc(200_000, 3), { qos: 1 })
    expect(t.taken[0].payload.length).toBe(200_000)
    client.publish(topic, Buffer.alloc(300_000), { qos: 1 })
    await new Promise<void>(resolve => client.once('close', () => resolve()))
    expect(t.broker.stats().violations).toEqual({ 'too-large': 1 })
    await client.endAsync(true)
  })

  const answer = async (url: string, protocols: string[], origin?: string) => {
    const socket = new WebSocket(url, protocols, origin === undefined ? {} : { origin })
    return await new Promise<number | string>(resolve => {
      socket.once('open', () => {
        resolve(socket.protocol)
        socket.terminate()
      })
      socket.once('unexpected-response', (_request, { statusCode }) => resolve(statusCode!))
      socket.on('error', () => {})
    })
  }

  test('the subprotocol is mqtt or mqttv3.1; without one there is no connection', async () => {
    await using t = await withHttp()
    expect(await answer(t.url, ['mqtt'])).toBe('mqtt')
    expect(await answer(t.url, ['mqttv3.1'])).toBe('mqttv3.1')
    expect(await answer(t.url, ['chat'])).toBe(400)
    expect(await answer(t.url, [])).toBe(400)
  })

  test('another site’s page may not connect', async () => {
    await using t = await withHttp()
    expect(await answer(t.url, ['mqtt'], 'https://evil.example')).toBe(403)
    expect(await answer(t.url, ['mqtt'], 'null')).toBe(403)
    expect(await answer(t.url, ['mqtt'], `http://127.0.0.1:${t.httpPort}`)).toBe('mqtt')
    await using open = await withHttp({
      hooks: { mayUpgrade: ({ headers }) => headers.origin === 'https://friend.example' },
    })
    expect(await answer(open.url, ['mqtt'], 'https://friend.example')).toBe('mqtt')
    expect(await answer(open.url, ['mqtt'], `http://127.0.0.1:${open.httpPort}`)).toBe(403)
  })

  test('text is not MQTT', async () => {
    await using t = await withHttp()
    const socket = new WebSocket(t.url, ['mqtt'])
    await once(socket, 'open')
    socket.send('hello')
    await once(socket, 'close')
    await until(() => t.broker.stats().connections === 0)
  })

  test('a stranger’s large frame is not gathered', async () => {
    await using t = await withHttp()
    const socket = new WebSocket(t.url, ['mqtt'])
    socket.on('error', () => {})
    await once(socket, 'open')
    socket.send(Buffer.alloc(200_000, 0x10))
    await once(socket, 'close')
    expect(t.broker.stats()).toMatchObject({ violations: { 'too-large': 1 }, partialBytes: 0 })
  })
})

describe.skipIf(!has('openssl'))('over TLS', () => {
  const pem = (name: string) => {
    const [key, cert] = [`${folder.path}/${name}.key`, `${folder.path}/${name}.pem`]
    const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1']
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
        '-keyout',
        key,
        '-out',
        cert,
        ...subject,
      ],
      { stdio: 'ignore' },
    )
    return { key: readFileSync(key), cert: readFileSync(cert) }
  }

  test('clients that trust the certificate connect, and a renewed one is used from then on', async () => {
    const old = pem('old')
    await using t = await openTest({ tls: { host: '127.0.0.1', port: 0, ...old } })
    const url = `mqtts://127.0.0.1:${t.broker.ports.mqtts}`
    await using bus = await connectBus(url, { username: 'u', ca: old.cert })
    await bus.publish(topic, 'x')
    expect(t.taken).toHaveLength(1)
    expect(t.broker.sessions()).toMatchObject([{ transport: 'tls' }])
    const renewed = pem('new')
    t.broker.renew(renewed)
    await using second = await connectBus(url, { username: 'v', ca: renewed.cert })
    await second.publish(topic, 'y')
    await bus.publish(topic, 'z')
    expect(t.taken).toHaveLength(3)
    await expect(connectBus(url, { ca: old.cert })).rejects.toThrow(/certificate/)
  })

  test('who speaks plain is not held', async () => {
    await using t = await openTest({ tls: { host: '127.0.0.1', port: 0, ...pem('plain') } })
    const socket = connect(t.broker.ports.mqtts!, '127.0.0.1')
    socket.on('error', () => {})
    socket.write('CONNECT please')
    await once(socket, 'close')
    await until(() => t.broker.stats().connections === 0)
  })
})

const children = new Set<ReturnType<typeof spawn>>()
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
})

/** A broker in its own process. */
async function spawnBroker(file: string, port = 0) {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('../test/brokerProcess.ts', import.meta.url)), file, `${port}`],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  children.add(child)
  const lines = createInterface(child.stdout)
  const [first] = await once(lines, 'line')
  let rss = 0
  lines.on('line', line => (rss = Number(line)))
  return {
    port: Number(first),
    rss: () => rss,
    kill: async () => {
      children.delete(child)
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

describe('kill -9', () => {
  test('loses no subscription, no acknowledged retained message and no acknowledged waiting message', async () => {
    const file = `${folder.path}/killed.sqlite`
    const subscribed: string[] = []
    const retained: string[] = []
    const queued: string[] = []
    for (let round = 0; round < 5; round++) {
      const broker = await spawnBroker(file)
      const absent = await RawClient.open(broker.port, { clientId: 'absent', username: 'u', clean: false })
      if (round === 0) await absent.subscribe('queue/#', 1)
      absent.end()
      const client = await RawClient.open(broker.port, { clientId: 'busy', username: 'u', clean: false })
      const work = async () => {
        for (let at = 0; ; at++) {
          const name = `${round}/${at}`
          if ((await client.subscribe(`s/${name}`, 1, 3)) === 1) subscribed.push(`s/${name}`)
          client.publish(`r/${name}`, 'kept', { qos: 1, id: 1, retain: true })
          await client.next('puback')
          retained.push(`r/${name}`)
          client.publish(`queue/${name}`, 'waits', { qos: 1, id: 2 })
          await client.next('puback')
          queued.push(`queue/${name}`)
        }
      }
      const working = work().catch(() => {})
      const enough = retained.length + 5 + round * 3
      await until(() => retained.length >= enough)
      await broker.kill()
      await working
    }
    const broker = await spawnBroker(file)
    const reader = await RawClient.open(broker.port, { clientId: 'reader' })
    await reader.subscribe('r/#', 1)
    const found = new Set<string>()
    while (!retained.every(name => found.has(name))) found.add((await reader.next('publish')).topic)
    const absent = await RawClient.open(broker.port, { clientId: 'absent', username: 'u', clean: false })
    const arrived = new Set<string>()
    while (!queued.every(name => arrived.has(name))) arrived.add((await absent.next('publish')).topic)
    const client = await RawClient.open(broker.port, { clientId: 'busy', username: 'u', clean: false })
    for (const name of subscribed.slice(0, 200)) {
      absent.publish(name, 'still', { qos: 1, id: 1 })
      expect((await client.next('publish')).topic).toBe(name)
    }
    console.log(
      `5 kills: ${subscribed.length} subscriptions, ${retained.length} retained, ${queued.length} waiting messages, all there`,
    )
    await broker.kill()
  })
})

describe('memory', () => {
  test('a stranger’s 200 MB costs nothing', async () => {
    const broker = await spawnBroker(`${folder.path}/memory.sqlite`)
    await until(() => broker.rss() > 0)
    const before = broker.rss()
    const attack = async (first: number) => {
      const socket = connect(broker.port, '127.0.0.1')
      socket.on('error', () => {})
      const closed = new Promise(resolve => socket.once('close', resolve))
      socket.write(Buffer.from([first, 0x80, 0x84, 0xaf, 0x5f]))
      for (let sent = 0; sent < 20 && !socket.destroyed; sent++) {
        socket.write(Buffer.alloc(1 << 20))
        await new Promise(resolve => setImmediate(resolve))
      }
      await closed
    }
    await Promise.all([0x30, 0x10, 0x30, 0x10].map(attack))
    const after = broker.rss()
    await broker.kill()
    expect(after - before).toBeLessThan(30)
  })

  test('ten thousand clients with a subscription each stay below 512 MB', async () => {
    const broker = await spawnBroker(`${folder.path}/many.sqlite`)
    const started = performance.now()
    const sockets: RawClient[] = []
    for (let at = 0; at < 10_000; at += 250) {
      const wave = Array.from({ length: 250 }, (_, i) =>
        RawClient.open(broker.port, { clientId: `c${at + i}`, username: `u${at + i}`, keepalive: 60 }),
      )
      for (const client of await Promise.all(wave)) sockets.push(client)
      await Promise.all(
        sockets.slice(-250).map((client, i) => client.subscribe(`sites/x/devices/d${at + i}/commands`, 1)),
      )
    }
    const seconds = (performance.now() - started) / 1000
    await until(() => broker.rss() > 0)
    const rss = broker.rss()
    console.log(`10,000 clients in ${seconds.toFixed(1)} s, ${rss} MB`)
    for (const client of sockets) client.end()
    await broker.kill()
    expect(rss).toBeLessThan(512)
    expect(seconds).toBeLessThan(60)
  }, 120_000)
})

test('mqtt.js comes back after a restart, with what it had subscribed', async () => {
  const file = `${folder.path}/back.sqlite`
  const first = await spawnBroker(file)
  const options: IClientOptions = {
    protocolVersion: 4,
    clientId: 'm',
    username: 'u',
    clean: false,
    reconnectPeriod: 50,
  }
  const client = await connectAsync(`mqtt://127.0.0.1:${first.port}`, options)
  client.on('error', () => {})
  const seen: string[] = []
  client.on('message', (_topic, payload) => seen.push(payload.toString()))
  await client.subscribeAsync('x/#', { qos: 1 })
  await first.kill()
  const second = await spawnBroker(file, first.port)
  await new Promise<void>(resolve => client.once('connect', () => resolve()))
  await client.publishAsync('x/y', 'again', { qos: 1 })
  await until(() => seen.length === 1)
  await client.endAsync()
  await second.kill()
  expect(seen).toEqual(['again'])
})
