import type { Platform } from '@ohmstead/testkit'

export const linesPerBody = 5000
export const valuesPerBody = 20 * linesPerBody
const start = Date.UTC(2026, 2, 1)

/** Looks random, so that it does not compress to next to nothing. */
const valueAt = (line: number, field: number) => ((line * 40_503 + field * 7_919) % 65_536) / 64

/** 100 000 values of the device `bulk` by line protocol; body `n` continues where the one before ended. */
export async function postBulk(platform: Platform, site: string, token: string, n: number): Promise<void> {
  let body = ''
  for (let line = 0; line < linesPerBody; line++) {
    body += 'bulk,device=bulk '
    for (let field = 0; field < 20; field++) body += `${field ? ',' : ''}f${field}=${valueAt(line, field)}`
    body += ` ${start + (n * linesPerBody + line) * 1000}\n`
  }
  const answer = await fetch(`${platform.url}/api/v2/write?bucket=${site}&precision=ms`, {
    method: 'POST',
    headers: { authorization: `Token ${token}` },
    body,
  })
  if (answer.status !== 204) throw new Error(`write: ${answer.status} ${await answer.text()}`)
}

/** Asks for one field of all that was sent, whole. */
export function askBulk(platform: Platform, site: string, token: string, field: string): Promise<Response> {
  const query = `device=bulk&field=${field}&from=${start}&to=${start + 28 * 86_400_000}&resolution=raw`
  return fetch(`${platform.url}/api/sites/${site}/readings?${query}`, {
    headers: { authorization: `Bearer ${token}` },
  })
}

/** Whether an answer to `askBulk` is exactly what was sent in so many bodies. */
export async function isWhole(answer: Response, bodies: number, field: number): Promise<boolean> {
  const { series } = (await answer.json()) as { series: { times: number[]; values: number[] }[] }
  const [{ times, values }] = series
  return (
    times.length === bodies * linesPerBody &&
    values.every((value, at) => value === valueAt(at % linesPerBody, field))
  )
}
