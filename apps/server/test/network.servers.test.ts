import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { connectBus } from '@ohmstead/bus'
import { connectPacket, freePort, Platform, tempFolder, until } from '@ohmstead/testkit'
import { describe, expect, test } from 'vitest'

const hasOpenssl = spawnSync('which', ['openssl']).status === 0
if (!hasOpenssl) console.warn('skipped: no openssl to make certificates with')

/** A self-signed certificate for this machine, with its key; `days` from now until it ends. */
function makeCertificate(folder: string, days = 2): { cert: string; key: string } {
  const [cert, key, csr] = ['cert.pem', 'key.pem', 'csr.pem'].map(name => join(folder, name))
  const run = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore' })
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  run('req', ...ec, '-subj', '/CN=ohmstead', '-keyout', key, '-out', csr)
  const names = join(folder, 'names.cnf')
  writeFileSync(names, 'subjectAltName=IP:127.0.0.1')
  run('x509', '-req', '-in', csr, '-signkey', key, '-days', `${days}`, '-extfile', names, '-out', cert)
  return { cert, key }
}

async function deviceOf(platform: Platform): Promise<{ username: string; password: string }> {
  await platform.api('POST', '/api/sites', { id: 'home', name: 'Home', timezone: 'UTC' })
  await platform.api('POST', '/api/sites/home/devices', { id: 'plug', name: 'Plug' })
  return platform.api('POST', '/api/sites/home/devices/plug/credentials', {})
}

describe.skipIf(!hasOpenssl)('MQTT over TLS', () => {
  const withTls = (tlsPort: number, { cert, key }: { cert: string; key: string }) => ({
    OHMSTEAD_MQTT_TLS_PORT: String(tlsPort),
    OHMSTEAD_MQTT_TLS_CERT: cert,
    OHMSTEAD_MQTT_TLS_KEY: key,
  })

  test('a device that trusts the certificate publishes, and its reading is there when it is acknowledged', async () => {
    using folder = tempFolder()
    const certificate = makeCertificate(folder.path)
    const port = await freePort()
    await using platform = await Platform.start(join(folder.path, 'data'), withTls(port, certificate))
    const login = await deviceOf(platform)
    const url = `mqtts://127.0.0.1:${port}`
    await expect(connectBus(url, login)).rejects.toThrow(/self.signed/)
    await using bus = await connectBus(url, { ...login, ca: readFileSync(certificate.cert) })
    const reading = { measurement: 'electricalMeter', fields: { power: 12.5 } }
    await bus.publish('sites/home/devices/plug/readings', JSON.stringify(reading), { qos: 1 })
    expect(await platform.api('GET', '/api/sites/home/readings/latest')).toMatchObject({
      series: [{ values: [12.5] }],
    })
    expect(await platform.api('GET', '/api/connection')).toMatchObject({ mqtts: { host: '127.0.0.1', port } })
  })

  test('a certificate that has ended is said at the start and by doctor, and all else works', async () => {
    using folder = tempFolder()
    const settings = withTls(await freePort(), makeCertificate(folder.path, -1))
    const data = join(folder.path, 'data')
    await using platform = await Platform.start(data, settings)
    await until('it is logged', () => /the certificate ended on \d{4}-\d\d-\d\d/.test(platform.output))
    await deviceOf(platform)
    const { code, text } = await ohmstead(['doctor'], {
      ...settings,
      OHMSTEAD_DATA_DIR: data,
      OHMSTEAD_HTTP_PORT: String(platform.httpPort),
    })
    expect([code, text]).toEqual([1, expect.stringMatching(/FAULT\s+certificate: the certificate ended on/)])
  })

  test('files that cannot be used stop the start with words', async () => {
    using folder = tempFolder()
    const certificate = makeCertificate(folder.path)
    const start = async (files: { cert: string; key: string }) =>
      ohmstead(['serve'], { OHMSTEAD_DATA_DIR: join(folder.path, 'data'), ...withTls(0, files) })
    for (const [files, words] of [
      [
        { ...certificate, cert: '/nowhere.pem' },
        /^ohmstead serve: mqtt\.tlsCert: '\/nowhere\.pem' cannot be read/,
      ],
      [
        { ...certificate, key: certificate.cert },
        /^ohmstead serve: mqtt\.tlsKey: .* does not hold a private key/,
      ],
    ] as const) {
      const { code, text } = await start(files)
      expect([code, text]).toEqual([2, expect.stringMatching(words)])
    }
  })
})

describe('behind a proxy, MQTT over WebSocket', () => {
  test('wrong passwords count against the client, not against the proxy', async () => {
    using folder = tempFolder()
    await using platform = await Platform.start(folder.path, { OHMSTEAD_HTTP_TRUSTED_PROXIES: 'loopback' })
    const { username, password } = await deviceOf(platform)
    for (let tries = 0; tries < 10; tries++) await signIn(platform, '203.0.113.1', username, `wrong ${tries}`)
    expect(await signIn(platform, '203.0.113.1', username, password)).not.toBe(0)
    expect(await signIn(platform, '203.0.113.2', username, password)).toBe(0)
  })

  test('who is not trusted cannot take another name', async () => {
    using folder = tempFolder()
    await using platform = await Platform.start(folder.path)
    const { username, password } = await deviceOf(platform)
    for (let tries = 0; tries < 10; tries++)
      await signIn(platform, `203.0.113.${tries}`, username, `wrong ${tries}`)
    expect(await signIn(platform, '203.0.113.99', username, password)).not.toBe(0)
  })
})

/** @returns the return code of CONNACK; -1 when the connection was closed instead */
async function signIn(platform: Platform, from: string, username: string, password: string): Promise<number> {
  const url = `${platform.url.replace(/^http/, 'ws')}/mqtt`
  const socket = new WebSocket(url, { protocols: ['mqtt'], headers: { 'x-forwarded-for': from } })
  socket.binaryType = 'arraybuffer'
  const { promise, resolve } = Promise.withResolvers<number>()
  socket.onopen = () => socket.send(connectPacket({ clientId: `c-${from}`, username, password }))
  socket.onmessage = ({ data }) => resolve(Buffer.from(data as ArrayBuffer)[3] ?? -1)
  socket.onclose = () => resolve(-1)
  socket.onerror = () => resolve(-1)
  const code = await promise
  socket.close()
  return code
}

/** Runs the command to its end. */
async function ohmstead(args: string[], env: Record<string, string>) {
  const main = resolve(import.meta.dirname, '../src/main.ts')
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ...env } })
  let text = ''
  child.stdout.on('data', chunk => (text += chunk))
  child.stderr.on('data', chunk => (text += chunk))
  const [code] = await once(child, 'exit')
  return { code, text }
}
