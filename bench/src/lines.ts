import { Platform, startInflux, tempFolder } from '@ohmstead/testkit'
import { Pool } from 'undici'
import type { Benchmark } from './report.ts'
import { makeSite, storedCount } from './site.ts'

const hosts = 100
const fields = 10
const linesPerBatch = 5000
const batches = 60
const lanes = 4
const base = Date.UTC(2026, 0, 1)
const values = batches * linesPerBatch * fields

/** Batch writes as Telegraf makes them: line protocol, several fields a line, a few batches at a time. */
export const lines: Benchmark = {
  name: 'lines',
  title: 'Line protocol: values written per second, durable',
  async run(say) {
    say('making batches')
    const bodies = Array.from({ length: batches }, (_, at) => body(at))
    say('InfluxDB 1.x')
    const peer = await influx(bodies)
    say('Ohmstead')
    const { rate, stored } = await ohmstead(bodies)
    return [
      {
        name: 'values written',
        value: rate,
        unit: '/s',
        target: '≥ 1 000 000 /s, ahead of InfluxDB',
        met: rate >= 1e6 && rate > peer,
        peer: { name: 'InfluxDB', value: peer },
        note: `${lanes} connections, ${linesPerBatch} lines × ${fields} fields a batch`,
      },
      {
        name: 'values in the store',
        value: stored * fields,
        unit: `of ${values}`,
        target: `${values}`,
        met: stored * fields === values,
      },
    ]
  },
}

/** Each batch moves every host on by 50 s, one line per host and second. */
function body(batch: number): Buffer {
  const rows: string[] = []
  const perHost = linesPerBatch / hosts
  for (let step = 0; step < perHost; step++)
    for (let host = 0; host < hosts; host++) {
      const n = batch * perHost + step
      const parts = Array.from({ length: fields }, (_, f) => `f${f}=${((n * (f + 3) + host) % 4000) / 10}`)
      rows.push(`sensor,device=host-${host} ${parts.join(',')} ${base + n * 1000}`)
    }
  return Buffer.from(rows.join('\n'))
}

async function influx(bodies: readonly Buffer[]): Promise<number> {
  using folder = tempFolder()
  await using peer = await startInflux(folder.path)
  const url = `http://127.0.0.1:${peer.port}`
  await fetch(`${url}/query?q=CREATE%20DATABASE%20bench`, { method: 'POST' })
  return await write(url, '/write?db=bench&precision=ms', {}, bodies)
}

async function ohmstead(bodies: readonly Buffer[]): Promise<{ rate: number; stored: number }> {
  using folder = tempFolder()
  await using platform = await Platform.start(folder.path)
  const token = await makeSite(platform, 'bench', [])
  const rate = await write(
    platform.url,
    '/api/v2/write?bucket=bench&precision=ms',
    { authorization: `Token ${token}` },
    bodies,
  )
  return { rate, stored: await storedCount(platform, 'bench', 'f0', base, base + 86_400_000) }
}

/** @returns values per second from the first byte to the last 2xx */
async function write(
  url: string,
  path: string,
  headers: Record<string, string>,
  bodies: readonly Buffer[],
): Promise<number> {
  await using pool = disposable(new Pool(url, { connections: lanes }))
  const queue = [...bodies]
  const lane = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const answer = await pool.request({ method: 'POST', path, headers, body: next })
      const text = await answer.body.text()
      if (answer.statusCode !== 204) throw new Error(`${path}: ${answer.statusCode} ${text.slice(0, 300)}`)
    }
  }
  const start = performance.now()
  await Promise.all(Array.from({ length: lanes }, lane))
  return (values * 1000) / (performance.now() - start)
}

function disposable(pool: Pool): Pool & AsyncDisposable {
  return Object.assign(pool, { [Symbol.asyncDispose]: () => pool.close() })
}
