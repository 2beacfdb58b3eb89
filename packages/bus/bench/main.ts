import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'

/** Durable-acknowledge rate of QoS 1 publishes through each broker of `brokers.ts`, load and broker on a core each. */
const clients = 50
const seconds = 5
const windows = [20, 100, 400]
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url))

console.log(
  `${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}, ${clients} clients, 192-byte payloads`,
)
for (const kind of ['plain', 'plain-grouped', 'publish', 'heard', 'intake']) {
  for (const window of windows)
    console.log(`${kind.padEnd(14)} window ${String(window).padEnd(4)} ${await measure(kind, window)}`)
}

async function measure(kind: string, window: number): Promise<string> {
  const broker = spawn(process.execPath, [here('brokers.ts'), kind], { stdio: ['ignore', 'pipe', 'inherit'] })
  const port = String(await once(broker.stdout, 'data')).trim()
  const load = spawn(process.execPath, [here('load.ts'), port, `${clients}`, `${window}`, `${seconds}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const rate = String(await once(load.stdout, 'data')).trim()
  broker.kill('SIGTERM')
  const usage = String(await once(broker.stdout, 'data')).trim()
  return `${rate.padStart(8)} msg/s  ${usage}`
}
