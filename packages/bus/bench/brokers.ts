import { createServer } from 'node:net'
import { Aedes } from 'aedes'
import { openBroker } from '../src/index.ts'

/** The brokers that are compared, each as a process of its own: `node brokers.ts <kind>` prints its port. */
const kinds = {
  /** aedes as it comes: PUBACK at once, nothing stored. */
  plain: () => aedes(),
  /** aedes with the PUBACK held until a group of every 10 ms is done. */
  'plain-grouped': () => aedes(grouped()),
  /** Ours: every read of a socket handed over as one batch, all answered every 10 ms. */
  intake: () => ours('intake'),
  /** The same with a subscriber in the process that hears all of it. */
  heard: () => ours('intake', true),
  /** Ours without a claim on the topic: one promise a message. */
  publish: () => ours('publish'),
}

function grouped(): (done: () => void) => void {
  let waiting: (() => void)[] = []
  setInterval(() => {
    const due = waiting
    waiting = []
    for (const done of due) done()
  }, 10)
  return done => void waiting.push(done)
}

async function aedes(hold?: (done: () => void) => void): Promise<number> {
  const broker = new Aedes(
    hold === undefined ? {} : { authorizePublish: (_client, _packet, done) => hold(() => done(null)) },
  )
  await broker.listen()
  const server = createServer(broker.handle)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as { port: number }).port
}

async function ours(way: 'intake' | 'publish', heard = false): Promise<number> {
  const hold = grouped()
  const broker = await openBroker({
    tcp: { host: '127.0.0.1', port: 0 },
    hooks: {
      authenticate: async ({ username }) => username ?? '',
      mayPublish: (session, topic) => topic.startsWith(`sites/x/devices/${session.username}/`),
      maySubscribe: () => true,
      claims: topic => way === 'intake' && topic.endsWith('/readings'),
      intake: (_session, _messages, done) => hold(done),
      publish: () => new Promise<void>(resolve => hold(resolve)),
    },
  })
  if (heard) await broker.bus.subscribe('sites/+/devices/+/readings', () => {})
  return broker.ports.mqtt!
}

const kind = process.argv[2] as keyof typeof kinds
console.log(await kinds[kind]())
const started = process.cpuUsage()
process.once('SIGTERM', () => {
  const { user, system } = process.cpuUsage(started)
  console.log(
    JSON.stringify({
      cpuSeconds: (user + system) / 1e6,
      rssMb: Math.round(process.memoryUsage.rss() / 2 ** 20),
    }),
  )
  process.exit(0)
})
