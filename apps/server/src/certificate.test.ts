import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FakeClock, tempFolder } from '@ohmstead/testkit'
import pino from 'pino'
import { afterAll, describe, expect, test } from 'vitest'
import { keepCertificate, readCertificate, timeFault } from './certificate.ts'

const hasOpenssl = spawnSync('which', ['openssl']).status === 0
if (!hasOpenssl) console.warn('skipped: no openssl to make certificates with')

const folder = tempFolder()
afterAll(() => folder[Symbol.dispose]())
const at = (name: string) => join(folder.path, name)

/** A self-signed certificate with its key, valid for some days from now on. */
function make(name: string, days = 90): { tlsCert: string; tlsKey: string } {
  const files = { tlsCert: at(`${name}.pem`), tlsKey: at(`${name}.key`) }
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const out = ['-keyout', files.tlsKey, '-out', files.tlsCert]
  const args = ['req', '-x509', ...curve, '-days', String(days), '-subj', '/CN=localhost', ...out]
  execFileSync('openssl', args, { stdio: 'ignore' })
  return files
}

describe.skipIf(!hasOpenssl)('a certificate', () => {
  const good = make('good')
  const other = make('other')
  writeFileSync(at('text.pem'), 'hello')

  test('without a port and files there is no TLS', () => expect(readCertificate({})).toBeUndefined())

  test('a certificate and its key are read', () => {
    const { validFrom, validTo } = readCertificate({ tlsPort: 0, ...good })!
    expect(validTo - validFrom).toBe(90 * 86_400_000)
  })

  test.each([
    ['no certificate', { tlsKey: good.tlsKey }, /^mqtt\.tlsCert: is needed for mqtt\.tlsPort/],
    ['no key', { tlsCert: good.tlsCert }, /^mqtt\.tlsKey: is needed for mqtt\.tlsPort/],
    [
      'a file that is not there',
      { ...good, tlsCert: at('none.pem') },
      /tlsCert: '.*none\.pem' cannot be read: there is no such/,
    ],
    ['a folder', { ...good, tlsKey: folder.path }, /tlsKey: '.*' cannot be read/],
    [
      'something else',
      { ...good, tlsCert: at('text.pem') },
      /tlsCert: '.*text\.pem' does not hold a certificate/,
    ],
    [
      'the files swapped',
      { tlsCert: good.tlsKey, tlsKey: good.tlsCert },
      /tlsCert: .* does not hold a certificate/,
    ],
    ['the key of another', { ...good, tlsKey: other.tlsKey }, /tlsKey: is not the key of the certificate/],
  ])('%s is said in words', (_name, files, words) => {
    expect(() => readCertificate({ tlsPort: 8883, ...files })).toThrow(words)
  })

  test('files without a port are not passed over in silence', () => {
    expect(() => readCertificate(good)).toThrow(/mqtt\.tlsPort: is needed/)
  })

  test('its time is watched: to come, over soon, over', () => {
    const certificate = readCertificate({ tlsPort: 0, ...good })!
    const days = (count: number) => certificate.validFrom + count * 86_400_000
    expect(timeFault(certificate, days(1))).toBeNull()
    expect(timeFault(certificate, days(80))).toMatch(/ends on \d{4}-\d\d-\d\d; renew/)
    expect(timeFault(certificate, days(91))).toMatch(/ended on .* renew/)
    expect(timeFault(certificate, days(-1))).toMatch(/is the clock right/)
  })

  test('a renewed certificate is used, a broken one is not, and nothing is done twice', async () => {
    const files = make('renewed')
    const tls = { tlsPort: 0, ...files }
    const clock = new FakeClock(Date.now())
    const renewed: Buffer[] = []
    const lines: string[] = []
    const log = pino({ level: 'warn' }, { write: line => void lines.push(line) })
    const current = readCertificate(tls)!
    const end = keepCertificate({ tls, current, renew: ({ cert }) => void renewed.push(cert), clock, log })
    await clock.advance(3_600_000)
    expect(renewed).toHaveLength(0)
    make('renewed')
    await clock.advance(7_200_000)
    expect(renewed).toHaveLength(1)
    writeFileSync(files.tlsCert, 'half a fi')
    await clock.advance(3_600_000)
    expect([renewed.length, lines.length]).toEqual([1, 1])
    await clock.advance(91 * 86_400_000)
    expect(lines.filter(line => line.includes('ended on'))).toHaveLength(1)
    end()
    const before = lines.length
    await clock.advance(7_200_000)
    expect(lines).toHaveLength(before)
  })
})
