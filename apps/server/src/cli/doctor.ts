import { accessSync, constants, existsSync, statfsSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { InvalidInput, OhmsteadError, systemClock } from '@ohmstead/model'
import { type AuditVerdict, inspectRegistry } from '@ohmstead/registry'
import { readCertificate, timeFault } from '../certificate.ts'
import type { Config } from '../config/config.ts'
import { strayVariables } from '../config/stray.ts'
import { dashboardFolder } from '../dashboardFolder.ts'
import { DataFolderRefused, openDataFolder } from '../dataFolder.ts'
import { localUrl } from '../localUrl.ts'
import { nameOf, notOpened, registryLocation } from '../registryLocation.ts'
import { type Command, type CommandIo, requireNoWords } from './command.ts'
import { configOf, configOptions, configUsage } from './configOptions.ts'

/** One thing that was looked at. `advice` says what to do when it is not well. */
interface Finding {
  readonly what: string
  readonly well: boolean
  readonly seen: string
  readonly advice?: string
}

const leastFreeBytes = 512 * 1024 * 1024

export const doctorCommand: Command = {
  name: 'doctor',
  usage: `
Usage: ohmstead doctor [settings]

Looks at the runtime, the settings, the data folder, the disk, the registry and its audit log, the certificate, the ports and a
running server. Changes nothing.
Exit code 0 when all is well, 1 when something needs you.

Settings, as for 'serve':
${configUsage()}
`,
  options: configOptions,
  async run(values, positionals, io) {
    requireNoWords('doctor', positionals)
    const config = configOf(values, io)
    const running = await health(config)
    const findings = [
      runtime(),
      ...variables(io.env),
      folder(config, running !== undefined),
      disk(config),
      ...(await registry(config)),
      ...(running ?? [
        await port('HTTP', config.http.host, config.http.port),
        await port('MQTT', config.mqtt.host, config.mqtt.port),
        ...(await tlsPort(config)),
      ]),
      ...certificate(config),
      dashboard(),
    ]
    for (const { what, well, seen, advice } of findings) {
      io.out.write(`${well ? 'well ' : 'FAULT'}  ${what}: ${seen}\n`)
      if (!well && advice) io.out.write(`       → ${advice}\n`)
    }
    return findings.every(finding => finding.well) ? 0 : 1
  },
}

function runtime(): Finding {
  const major = Number(process.versions.node.split('.')[0])
  return {
    what: 'Node.js',
    well: major >= 24,
    seen: `${process.versions.node}, ${process.platform} ${process.arch}`,
    advice: 'run it as `npm exec ohmstead`, which uses the Node.js 24 that the project pins',
  }
}

function variables(env: CommandIo['env']): Finding[] {
  return strayVariables(env).map(({ name, meant }) => ({
    what: 'environment',
    well: false,
    seen: `${name} is no setting`,
    advice: `is ${meant} meant?`,
  }))
}

function folder(config: Config, serverRuns: boolean): Finding {
  const what = 'data folder'
  const path = resolve(config.dataDir)
  if (!existsSync(path))
    return { what, well: true, seen: `'${path}' is not there yet; the first start makes it` }
  try {
    accessSync(path, constants.W_OK)
    openDataFolder(path)[Symbol.dispose]()
    return { what, well: true, seen: `'${path}' is writable and free` }
  } catch (error) {
    if (serverRuns && error instanceof DataFolderRefused)
      return { what, well: true, seen: `'${path}' is in use by the server` }
    return { what, well: false, seen: (error as Error).message, advice: 'change what it names' }
  }
}

function disk(config: Config): Finding {
  let path = resolve(config.dataDir)
  while (!existsSync(path)) path = dirname(path)
  const { bavail, bsize } = statfsSync(path)
  const free = bavail * bsize
  return {
    what: 'disk',
    well: free >= leastFreeBytes,
    seen: `${(free / 1e9).toFixed(1)} GB free`,
    advice: 'make room, or set a retention for the sites: ingest stops before the disk is full',
  }
}

/** Whether it can be reached, fits this program, and its audit log is whole. */
async function registry(config: Config): Promise<Finding[]> {
  const location = registryLocation(config)
  const where = nameOf(location)
  try {
    const { version, newest, audit } = await inspectRegistry(location)
    const state =
      version === newest
        ? 'is up to date'
        : version === 0
          ? 'is made by the first start'
          : 'is migrated by the next start'
    const here: Finding = { what: 'registry', well: true, seen: `${where} ${state}` }
    return audit === null ? [here] : [here, auditFinding(audit)]
  } catch (error) {
    if (!(error instanceof OhmsteadError)) throw error
    return [{ what: 'registry', well: false, seen: (notOpened(error, location) as Error).message }]
  }
}

function auditFinding(audit: AuditVerdict): Finding {
  const what = 'audit log'
  if (audit.ok) return { what, well: true, seen: `${audit.entries} entries, none changed or missing` }
  return {
    what,
    well: false,
    seen: `broken at entry ${audit.seq}: ${audit.reason}`,
    advice: 'somebody changed the database past the platform; compare with a backup to see what',
  }
}

/** Nothing to say where MQTT over TLS is not configured. */
function certificate({ mqtt }: Config): Finding[] {
  const what = 'certificate'
  try {
    const found = readCertificate(mqtt)
    if (!found) return []
    const seen = `valid until ${new Date(found.validTo).toISOString().slice(0, 10)}`
    const fault = timeFault(found, systemClock.now())
    return [{ what, well: fault === null, seen: fault ?? seen }]
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    return [{ what, well: false, seen: error.message }]
  }
}

async function tlsPort({ mqtt }: Config): Promise<Finding[]> {
  return mqtt.tlsPort === undefined ? [] : [await port('MQTT TLS', mqtt.host, mqtt.tlsPort)]
}

async function port(what: string, host: string, number: number): Promise<Finding> {
  const error = await new Promise<NodeJS.ErrnoException | undefined>(settle => {
    const server = createServer()
    server.once('error', settle)
    server.listen(number, host, () => server.close(() => settle(undefined)))
  })
  return {
    what: `${what} port`,
    well: error === undefined,
    seen: error ? `${host}:${number}: ${error.code}` : `${host}:${number} is free`,
    advice: `choose another with OHMSTEAD_${what.replace(' ', '_')}_PORT, or stop what listens there`,
  }
}

/** What a running server says of itself; undefined when none answers. */
async function health(config: Config): Promise<Finding[] | undefined> {
  try {
    const answer = await fetch(`${localUrl(config.http.host, config.http.port)}/readyz`, {
      signal: AbortSignal.timeout(2000),
    })
    const { troubles = [] } = (await answer.json()) as { troubles?: { part: string; reason: string }[] }
    const well: Finding = {
      what: 'server',
      well: answer.ok,
      seen: answer.ok ? 'runs and is ready' : 'runs and is not ready',
      advice: 'see below',
    }
    return [well, ...troubles.map(({ part, reason }) => ({ what: part, well: false, seen: reason }))]
  } catch {
    return undefined
  }
}

function dashboard(): Finding {
  const built = existsSync(join(dashboardFolder, 'index.html'))
  return { what: 'dashboard', well: built, seen: built ? 'built' : 'not built', advice: 'npm run build' }
}
