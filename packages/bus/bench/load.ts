import { connect, type Socket } from 'node:net'
import { generate } from 'mqtt-packet'

/** What one run sends: `clients` connections, each with at most `window` unacknowledged QoS 1 messages, for `seconds`. */
export interface Load {
  port: number
  clients: number
  window: number
  payloadBytes: number
  seconds: number
  qos: 0 | 1
}

interface Client {
  socket: Socket
  /** `window` ready PUBLISH packets; they differ in their packet id. */
  packets: Buffer
  size: number
  acked: number
  partial: number
}

const payloadOf = (bytes: number, client: number): Buffer => {
  const reading = {
    measurement: 'electricalMeter',
    fields: { power: 1000 + client, voltage: 230.1, energyImport: 123456.78 },
    tags: {},
  }
  return Buffer.from(JSON.stringify(reading).padEnd(bytes))
}

/** Runs the load; answers acknowledged messages a second. */
export async function run(load: Load): Promise<number> {
  const clients = await Promise.all(Array.from({ length: load.clients }, (_, at) => open(load, at)))
  let running = true
  for (const client of clients) {
    client.socket.on('data', chunk => acknowledge(client, chunk, load, running))
    client.socket.write(client.packets)
  }
  await sleep(500) // let it settle
  const before = total(clients)
  const started = performance.now()
  await sleep(load.seconds * 1000)
  const rate = ((total(clients) - before) * 1000) / (performance.now() - started)
  running = false
  for (const { socket } of clients) socket.destroy()
  return rate
}

const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
const total = (clients: Client[]) => clients.reduce((sum, client) => sum + client.acked, 0)

/** Acks are counted, not read: each is four bytes, and as many packets as came back are sent again. */
function acknowledge(client: Client, chunk: Buffer, load: Load, running: boolean): void {
  const bytes = client.partial + chunk.length
  const acks = bytes >> 2
  client.partial = bytes & 3
  const from = client.acked % load.window
  client.acked += acks
  if (!running) return
  const end = from + acks
  client.socket.write(client.packets.subarray(from * client.size, Math.min(end, load.window) * client.size))
  if (end > load.window) client.socket.write(client.packets.subarray(0, (end - load.window) * client.size))
}

async function open(load: Load, at: number): Promise<Client> {
  const socket = connect(load.port, '127.0.0.1').setNoDelay(true)
  const name = `load-${at}`
  socket.write(
    generate({
      cmd: 'connect',
      clientId: name,
      clean: true,
      keepalive: 60,
      protocolId: 'MQTT',
      protocolVersion: 4,
      username: name,
      password: Buffer.from('x'),
    }),
  )
  await new Promise((resolve, reject) => {
    socket.once('data', resolve)
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('closed before CONNACK')))
  })
  const topic = `sites/x/devices/${name}/readings`
  const payload = payloadOf(load.payloadBytes, at)
  const packets = Array.from({ length: load.window }, (_, i) => {
    return generate({
      cmd: 'publish',
      topic,
      payload,
      qos: load.qos,
      messageId: i + 1,
      retain: false,
      dup: false,
    })
  })
  return { socket, packets: Buffer.concat(packets), size: packets[0].length, acked: 0, partial: 0 }
}

if (import.meta.main) {
  const [port, clients, window, seconds] = process.argv.slice(2).map(Number)
  console.log(Math.round(await run({ port, clients, window, seconds, payloadBytes: 192, qos: 1 })))
  process.exit(0)
}
