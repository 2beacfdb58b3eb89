import { Platform, startInflux, tempFolder } from '@ohmstead/testkit'
import { Pool } from 'undici'
import { type Benchmark, type Figure, quantile } from './report.ts'
import { makeSite } from './site.ts'

const everyMs = 1080
const points = 2_400_000
const end = Date.UTC(2026, 6, 1)
const start = end - points * everyMs
const minute = 60_000
const repeats = 10

/** The ranges of POWIOT's table 7.1, with its mean response times, s. */
const published: [name: string, ms: number, seconds: number][] = [
  ['30 days', 43_200 * minute, 7.534],
  ['10 days', 14_400 * minute, 2.699],
  ['24 hours', 1440 * minute, 0.349],
  ['10 hours', 600 * minute, 0.248],
  ['1 hour', 60 * minute, 0.109],
  ['30 minutes', 30 * minute, 0.053],
  ['5 minutes', 5 * minute, 0.048],
  ['1 minute', minute, 0.05],
]

/** POWIOT's table 7.1: one field every 1.08 s for 30 days, asked for over growing ranges, raw and as a chart. */
export const ranges: Benchmark = {
  name: 'ranges',
  title: 'POWIOT’s table 7.1: 2.4 M points of one field over 30 days',
  async run(say) {
    using folders = tempFolder()
    await using influx = await startInflux(`${folders.path}/influx`)
    await using platform = await Platform.start(`${folders.path}/ohmstead`)
    const ours = await loadOurs(platform, say)
    const theirs = await loadInflux(influx.port, say)
    const figures: Figure[] = []
    for (const [name, ms, seconds] of published) {
      say(name)
      const range = { from: Math.max(start, end - ms), to: end }
      const raw = await median(() => ours(`resolution=raw&from=${range.from}&to=${range.to}`))
      const peerRaw = await median(() =>
        theirs(`SELECT "power" FROM "powerConsumption" WHERE ${where(range)}`),
      )
      figures.push({
        name: `${name}, raw`,
        value: raw,
        unit: 'ms',
        peer: { name: 'InfluxDB', value: peerRaw },
        note: `POWIOT ${seconds * 1000} ms`,
        ...(name === '30 days' ? { target: '< 600 ms', met: raw < 600 } : {}),
      })
      const bucket = Math.max(1, Math.round(ms / 1000 / 1000))
      const chart = await median(() => ours(`resolution=auto&points=1000&from=${range.from}&to=${range.to}`))
      const peerChart = await median(() =>
        theirs(
          `SELECT mean("power") FROM "powerConsumption" WHERE ${where(range)} GROUP BY time(${bucket}s)`,
        ),
      )
      figures.push({
        name: `${name}, chart of 1000 points`,
        value: chart,
        unit: 'ms',
        peer: { name: 'InfluxDB, means', value: peerChart },
        ...(name === '30 days' ? { target: '< 100 ms over HTTP', met: chart < 100 } : {}),
      })
    }
    return figures
  },
}

type Ask = (query: string) => Promise<number>

async function loadOurs(platform: Platform, say: (line: string) => void): Promise<Ask> {
  say('loading into Ohmstead')
  const token = await makeSite(platform, 'home', [])
  const authorization = { authorization: `Token ${token}` }
  await load(platform.url, '/api/v2/write?bucket=home&precision=ms', authorization)
  say('waiting for compaction')
  await compacted(platform)
  const pool = new Pool(platform.url)
  return query => bytes(pool, `/api/sites/home/readings?device=meter&field=power&${query}`, authorization)
}

async function loadInflux(port: number, say: (line: string) => void): Promise<Ask> {
  say('loading into InfluxDB')
  const url = `http://127.0.0.1:${port}`
  await fetch(`${url}/query?q=CREATE%20DATABASE%20home`, { method: 'POST' })
  await load(url, '/write?db=home&precision=ms', {})
  const pool = new Pool(url)
  return query => bytes(pool, `/query?db=home&epoch=ms&q=${encodeURIComponent(query)}`, {})
}

async function load(url: string, path: string, headers: Record<string, string>): Promise<void> {
  const step = 50_000
  for (let from = 0; from < points; from += step) {
    const rows = Array.from({ length: step }, (_, at) => {
      const n = from + at
      const watts = 800 + 600 * Math.sin(n / 9000) + ((n * 7919) % 1000) / 10
      return `powerConsumption,device=meter power=${watts.toFixed(1)} ${start + n * everyMs}`
    })
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: rows.join('\n') })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${(await answer.text()).slice(0, 300)}`)
  }
}

/** Until nothing waits in arrival order any more, or two minutes have passed. */
async function compacted(platform: Platform): Promise<void> {
  for (const deadline = performance.now() + 120_000; performance.now() < deadline; ) {
    const metrics = await fetch(`${platform.url}/metrics`).then(answer => answer.text())
    if (/^ohmstead_store_uncompacted_values 0$/m.test(metrics)) return
    await new Promise(again => setTimeout(again, 500))
  }
}

const where = ({ from, to }: { from: number; to: number }) => `time >= ${from}ms AND time < ${to}ms`

async function median(ask: () => Promise<number>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < repeats; round++) {
    const begun = performance.now()
    if ((await ask()) === 0) throw new Error('an answer was empty')
    times.push(performance.now() - begun)
  }
  return quantile(times, 0.5)
}

async function bytes(pool: Pool, path: string, headers: Record<string, string>): Promise<number> {
  const { statusCode, body } = await pool.request({ method: 'GET', path, headers })
  let length = 0
  for await (const chunk of body) length += (chunk as Buffer).length
  if (statusCode !== 200) throw new Error(`${path}: ${statusCode}`)
  return length
}
