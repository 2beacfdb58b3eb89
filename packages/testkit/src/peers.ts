import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from './freePort.ts'
import { ServerProcess } from './process.ts'

/** A peer that listens on loopback with throw-away data. */
export interface Peer extends AsyncDisposable {
  readonly port: number
  readonly pid: number
}

/** Mosquitto 2 without persistence: the fastest it can be. */
export async function startMosquitto(folder: string): Promise<Peer> {
  const port = await freePort()
  const config = join(folder, 'mosquitto.conf')
  const lines = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'max_queued_messages 0',
    'max_inflight_messages 0',
    'log_type error',
  ]
  writeFileSync(config, `${lines.join('\n')}\n`)
  chmodSync(folder, 0o755)
  return peer(await ServerProcess.start('mosquitto', ['-c', config], port), port)
}

/** InfluxDB 1.x as it comes, on folders of its own; no authentication, no reporting home. */
export async function startInflux(folder: string): Promise<Peer> {
  const [port, rpc] = [await freePort(), await freePort()]
  mkdirSync(folder, { recursive: true })
  const config = join(folder, 'influxdb.conf')
  writeFileSync(
    config,
    `reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
  query-log-enabled = false
  max-series-per-database = 0
[http]
  bind-address = "127.0.0.1:${port}"
  log-enabled = false
  max-body-size = 0
[logging]
  level = "error"
[monitor]
  store-enabled = false
`,
  )
  return peer(await ServerProcess.start('influxd', ['-config', config], port), port)
}

function peer(server: ServerProcess, port: number): Peer {
  return { port, pid: server.pid, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}
