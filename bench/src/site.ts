import type { Platform } from '@ohmstead/testkit'

/** Makes a site with devices and one token for all of it. @returns the token */
export async function makeSite(
  platform: Platform,
  site: string,
  devices: readonly string[],
): Promise<string> {
  await platform.api('POST', '/api/sites', { id: site, name: site, timezone: 'Europe/Berlin' })
  for (const id of devices) await platform.api('POST', `/api/sites/${site}/devices`, { id, name: id })
  const { token } = await platform.api<{ token: string }>('POST', '/api/tokens', {
    name: 'bench',
    site,
    scopes: ['read', 'write'],
  })
  return token
}

/** A reading of four values as 192 bytes of JSON, the size of PeerEnergyCloud's messages. */
export function reading192(time: number, n: number): string {
  const fields = `"power":${(n * 7) % 3000},"voltage":${229 + (n % 30) / 10},"current":${(n % 160) / 10},"energyImport":${1_000_000 + n}`
  return `{"measurement":"electricalMeter","time":${time},"fields":{${fields}}}`.padEnd(192)
}

interface Stored {
  series: { values: number[] }[]
}

/** Readings of `field` that the store holds, counted by the store. */
export async function storedCount(
  platform: Platform,
  site: string,
  field: string,
  from: number,
  to: number,
): Promise<number> {
  const query = `field=${field}&from=${from}&to=${to}&resolution=P1D&aggregate=count`
  const { series } = await platform.api<Stored>('GET', `/api/sites/${site}/readings?${query}`)
  return series.flatMap(({ values }) => values).reduce((sum, count) => sum + count, 0)
}
