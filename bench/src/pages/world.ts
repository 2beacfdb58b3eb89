import type { Platform } from '@ohmstead/testkit'
import { makeSite, storedCount } from '../site.ts'

export const site = 'bench'
export const plugs = 500
export const points = 2_400_000
const stepMs = 10_000
const linesPerBatch = 50_000

/** Sends readings in the name of the site. */
export type Send = (readings: readonly object[]) => Promise<void>

/** A site on which `count` plugs speak. @returns how to send more */
export async function withPlugs(platform: Platform, of = site, count = plugs): Promise<Send> {
  const token = await makeSite(platform, of, [])
  const send: Send = async readings => {
    const answer = await fetch(`${platform.url}/api/readings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(readings),
    })
    if (!answer.ok) throw new Error(`readings: ${answer.status} ${await answer.text()}`)
  }
  const now = Date.now()
  // Twice, so that their usual distance is known.
  for (const at of [now - 10_000, now]) await send(allPlugs(count).map(plug => reading(plug, at, of)))
  return send
}

export const allPlugs = (count = plugs) => Array.from({ length: count }, (_, at) => at + 1)

export function reading(plug: number, time: number, of = site): object {
  const power = 40 + ((plug * 37 + time / 1000) % 900)
  return { site: of, device: `plug-${plug}`, measurement: 'electricalMeter', time, fields: { power } }
}

/** One meter that has spoken every 10 s for 278 days. */
export async function fillYear(platform: Platform): Promise<void> {
  const { token } = await platform.api<{ token: string }>('POST', '/api/tokens', {
    name: 'year',
    site,
    scopes: ['read', 'write'],
  })
  const base = Math.floor(Date.now() / stepMs) * stepMs - points * stepMs
  for (let first = 0; first < points; first += linesPerBatch) {
    const lines = Array.from({ length: linesPerBatch }, (_, at) => line(base, first + at))
    const answer = await fetch(`${platform.url}/api/v2/write?bucket=${site}&precision=ms`, {
      method: 'POST',
      headers: { authorization: `Token ${token}` },
      body: lines.join('\n'),
    })
    if (!answer.ok) throw new Error(`lines: ${answer.status} ${await answer.text()}`)
  }
  const stored = await storedCount(platform, site, 'voltage', base, Date.now())
  if (stored !== points) throw new Error(`${stored} of ${points} points are in the store`)
}

function line(base: number, at: number): string {
  const voltage = 230 + 4 * Math.sin(at / 1400) + ((at * 7919) % 100) / 100
  return `electricalMeter,device=year voltage=${voltage.toFixed(2)} ${base + at * stepMs}`
}
