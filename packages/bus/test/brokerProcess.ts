import { openBroker } from '../src/index.ts'

/**
 * A broker in a process of its own, for tests that kill it: `node brokerProcess.ts <file> [port]`. It prints its port, then
 * its memory in MB every tenth of a second. Readings are answered in groups, as a store would.
 */
const [file, port = '0'] = process.argv.slice(2)
let waiting: (() => void)[] = []
setInterval(() => {
  const due = waiting
  waiting = []
  for (const done of due) done()
}, 10)

const broker = await openBroker<string>({
  tcp: { host: '127.0.0.1', port: Number(port) },
  file,
  hooks: {
    authenticate: async ({ username }) => username ?? '',
    mayPublish: () => true,
    maySubscribe: () => true,
    claims: topic => topic.endsWith('/readings'),
    intake: (_session, _messages, done) => void waiting.push(done),
  },
})
console.log(broker.ports.mqtt)
setInterval(() => console.log(Math.round(process.memoryUsage.rss() / 2 ** 20)), 100)
