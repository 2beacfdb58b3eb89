import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type Clock, type Instant, InvalidInput } from '@ohmstead/model'
import type { Logger } from 'pino'
import type { Config } from './config/config.ts'

type TlsConfig = Pick<Config['mqtt'], 'tlsPort' | 'tlsCert' | 'tlsKey'>

/** A certificate with its key, as PEM, that fit each other. */
export interface Certificate {
  readonly cert: Buffer
  readonly key: Buffer
  readonly validFrom: Instant
  readonly validTo: Instant
}

const lookEveryMs = 3_600_000
const dayMs = 86_400_000
/** Automatic renewal has had its chances by then. */
const soonMs = 14 * dayMs

/**
 * The certificate of MQTT over TLS; undefined where none is configured. One that has ended is answered too: the clock may
 * be what is wrong, as after a power cut.
 * @throws InvalidInput naming the setting, and what is wrong with its file
 */
export function readCertificate({ tlsPort, tlsCert, tlsKey }: TlsConfig): Certificate | undefined {
  if (tlsPort === undefined) {
    if (tlsCert === undefined && tlsKey === undefined) return undefined
    throw new InvalidInput('mqtt.tlsPort', 'is needed to use the certificate; usually 8883')
  }
  const cert = read('tlsCert', tlsCert)
  const key = read('tlsKey', tlsKey)
  const x509 = parsed('tlsCert', tlsCert, 'a certificate in PEM form', () => new X509Certificate(cert))
  const privateKey = parsed('tlsKey', tlsKey, 'a private key in PEM form without a passphrase', () =>
    createPrivateKey(key),
  )
  requireFit(x509, privateKey, tlsCert)
  return { cert, key, validFrom: Date.parse(x509.validFrom), validTo: Date.parse(x509.validTo) }
}

function read(field: 'tlsCert' | 'tlsKey', file: string | undefined): Buffer {
  if (file === undefined) throw new InvalidInput(`mqtt.${field}`, 'is needed for mqtt.tlsPort')
  try {
    return readFileSync(file)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const why =
      code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'this user may not read it' : code
    throw new InvalidInput(`mqtt.${field}`, `'${file}' cannot be read: ${why}`, { cause })
  }
}

/** What the parser says is left out: it may repeat parts of a key. */
function parsed<T>(field: string, file: string | undefined, what: string, parse: () => T): T {
  try {
    return parse()
  } catch {
    throw new InvalidInput(`mqtt.${field}`, `'${file}' does not hold ${what}`)
  }
}

function requireFit(x509: X509Certificate, key: KeyObject, file: string | undefined): void {
  if (x509.checkPrivateKey(key)) return
  const hint = 'the server’s own certificate has to be the first in the file'
  throw new InvalidInput('mqtt.tlsKey', `is not the key of the certificate in '${file}'; ${hint}`)
}

/** What is wrong with its time, or null. */
export function timeFault({ validFrom, validTo }: Certificate, now: Instant): string | null {
  const day = (at: Instant) => new Date(at).toISOString().slice(0, 10)
  if (now > validTo) return `the certificate ended on ${day(validTo)}: clients refuse it; renew it`
  if (now < validFrom)
    return `the certificate begins on ${day(validFrom)}: clients refuse it; is the clock right?`
  return now > validTo - soonMs ? `the certificate ends on ${day(validTo)}; renew it` : null
}

export interface RenewalParts {
  readonly tls: TlsConfig
  readonly current: Certificate
  readonly renew: (certificate: Certificate) => void
  readonly clock: Clock
  readonly log: Logger
}

/** Looks every hour whether the files were renewed, and says when their time is over. The answer ends it. */
export function keepCertificate({ tls, current, renew, clock, log }: RenewalParts): () => void {
  let used = current
  let told: string | null = null
  let cancel = () => {}
  const tell = () => {
    const fault = timeFault(used, clock.now())
    if (fault !== null && fault !== told) log.error({ file: tls.tlsCert }, fault)
    told = fault
  }
  const look = () => {
    try {
      const found = readCertificate(tls)
      if (found && !(found.cert.equals(used.cert) && found.key.equals(used.key))) {
        renew((used = found))
        log.info({ file: tls.tlsCert }, 'the renewed certificate is used for new connections')
      }
    } catch (err) {
      log.warn({ err }, 'the certificate could not be read again; the one that was read before stays in use')
    }
    tell()
    cancel = clock.after(lookEveryMs, look)
  }
  tell()
  cancel = clock.after(lookEveryMs, look)
  return () => cancel()
}
