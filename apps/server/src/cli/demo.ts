import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { InvalidInput, systemClock } from '@ohmstead/model'
import { system } from '@ohmstead/registry'
import type { Config } from '../config/config.ts'
import {
  type DemoState,
  loadState,
  newState,
  removeState,
  saveState,
  saveStateSync,
} from '../demo/demoState.ts'
import { busUrl, Fleet } from '../demo/fleet.ts'
import { install, issueLogins } from '../demo/install.ts'
import { type LoadOptions, loadEnergy, loadReadings } from '../demo/load.ts'
import { removeDemo } from '../demo/remove.ts'
import { demoSites } from '../demo/sites/index.ts'
import type { Platform } from '../platform.ts'
import { Progress } from '../transfer/progress.ts'
import type { Command, CommandIo, Values } from './command.ts'
import { configOf, configOptions } from './configOptions.ts'
import { runPlatform } from './serve.ts'

const ownDataDir = './data/demo'
const demoEmail = 'demo@example.org'
/** A year of readings of a house goes within seconds. */
const removalMs = 60_000

export const demoCommand: Command = {
  name: 'demo',
  usage: `
Usage: ohmstead demo [settings]
       ohmstead demo remove [settings]

Runs the platform with three homes and an office: ${demoSites.reduce((sum, { devices }) => sum + devices.length, 0)} simulated devices in a process of their own, each with
its own connection, and a year of their readings, which holds the days on which clocks change, a meter exchanged at 14:03, five
hours without network, a stuck sensor, and zeros that are none. Run again, it goes on where it was.

'remove' takes the demo's sites, devices, readings and account away, and the data folder too if nothing else is in it.

  --days N        of readings to begin with [366]
  --data-dir DIR  data folder [${ownDataDir}], also OHMSTEAD_DATA_DIR
  --http-port N   [8080], also OHMSTEAD_HTTP_PORT
  --mqtt-port N   [1883], also OHMSTEAD_MQTT_PORT

All settings of 'ohmstead serve' work here as well.
`,
  options: { ...configOptions, days: { type: 'string' } },
  async run(values, [action, ...more], io) {
    if ((action !== undefined && action !== 'remove') || more.length > 0)
      throw new InvalidInput('', "expected nothing or 'remove'; see 'ohmstead demo --help'")
    const config = demoConfig(values, io)
    if (action === 'remove') return remove(config, io)
    const state = begin(config, daysOf(values))
    await runPlatform(withAccount(config, state), io, platform => show(platform, state, io))
    return 0
  },
}

/** Apart from real data unless told otherwise; quiet, as the terminal belongs to the demo. */
function demoConfig(values: Values, io: CommandIo): Config {
  const dataDir = values['data-dir'] ?? io.env.OHMSTEAD_DATA_DIR ?? ownDataDir
  const level = values['log-level'] ?? io.env.OHMSTEAD_LOG_LEVEL ?? 'warn'
  return configOf({ ...values, 'data-dir': dataDir, 'log-level': level }, io)
}

/** The state of earlier runs, or a new one, written down before the account is made. */
function begin({ dataDir, admin }: Config, days: number): DemoState {
  const known = loadState(dataDir)
  if (known) return known
  const ownFolder = !existsSync(dataDir) || readdirSync(dataDir).length === 0
  const state = newState(systemClock.now(), {
    email: ownFolder && !admin.email ? demoEmail : null,
    ownFolder,
    days,
  })
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    saveStateSync(dataDir, state)
  } catch (cause) {
    throw new InvalidInput('data-dir', `'${dataDir}' cannot be written: ${(cause as Error).message}`, {
      cause,
    })
  }
  return state
}

function daysOf({ days }: Values): number {
  const count = Number(days ?? 366)
  if (Number.isInteger(count) && count >= 1 && count <= 3660) return count
  throw new InvalidInput('days', 'expected a whole number from 1 to 3660')
}

const withAccount = (config: Config, { account }: DemoState): Config =>
  account === null ? config : { ...config, admin: account }

async function show(platform: Platform, state: DemoState, io: CommandIo): Promise<void> {
  const { registry, removals, store, ledger, config, demo } = platform.services
  io.err.write(welcome(platform, state))
  // Of an earlier demo that was removed in a hurry.
  await removals.settled(removalMs)
  await install(registry)
  const bars = barsOn(io.err)
  const report: LoadOptions['report'] = (part, done, count) => {
    bars(part, done, count)
    demo.elsewhere([part, done])
  }
  const options = { store, ledger, state, clock: systemClock, report, signal: io.signal }
  const { filled, checkpoints } = await loadReadings(options)
  const now = { ...state, checkpoints }
  await saveState(config.dataDir, now)
  await startFleet(platform, now, io)
  await loadEnergy(filled, options)
  demo.elsewhere(null)
  io.err.write("the demo is live; Ctrl-C stops it, 'ohmstead demo remove' leaves no trace\n\n")
}

const barOf = {
  readings: { label: 'readings', unit: 'values' },
  energy: { label: 'energy  ', unit: 'meters' },
} as const

/** A bar for each part of the work, begun with it. */
function barsOn(out: NodeJS.WritableStream): LoadOptions['report'] {
  const bars: Partial<Record<keyof typeof barOf, Progress>> = {}
  return (part, done, count) => {
    const bar = (bars[part] ??= new Progress({ out, clock: systemClock, ...barOf[part] }))
    bar.update(done, count)
    if (done >= 1) bar.end()
  }
}

/** Starts the devices; they end with the command. */
async function startFleet({ services, mqttPort }: Platform, state: DemoState, io: CommandIo): Promise<void> {
  const { account: _, ...orders } = state
  const logins = await issueLogins(services.registry)
  const url = busUrl(services.config, mqttPort)
  const fleet = Fleet.start({ url, state: orders, logins }, reason =>
    io.err.write(`the simulated devices stopped: ${reason}\n`),
  )
  io.signal.addEventListener('abort', () => void fleet[Symbol.asyncDispose](), { once: true })
}

function welcome({ url, mqttPort, services }: Platform, { account }: DemoState): string {
  const link = services.accounts.setupLink()
  const signIn = account
    ? `  sign in as ${account.email}, password ${account.password}`
    : link
      ? `  make your account first: ${link}`
      : '  sign in with your account'
  return `\nOhmstead's demo\n\n  ${url}\n${signIn}\n  MQTT on port ${mqttPort}\n\n`
}

async function remove(config: Config, io: CommandIo): Promise<number> {
  const state = loadState(config.dataDir)
  if (!state) {
    io.out.write(`there is no demo in '${config.dataDir}'\n`)
    return 1
  }
  const stop = new AbortController()
  let others = 0
  const anywhere = { http: { ...config.http, port: 0 }, mqtt: { ...config.mqtt, port: 0 } }
  await runPlatform({ ...config, ...anywhere }, { ...io, signal: stop.signal }, async platform => {
    others = await clear(platform, state)
    stop.abort()
  })
  removeState(config.dataDir)
  if (state.ownFolder && others === 0) rmSync(config.dataDir, { recursive: true })
  io.out.write(
    others === 0 && state.ownFolder
      ? `the demo and its folder '${config.dataDir}' are removed\n`
      : `the demo is removed; ${others} other sites stay in '${config.dataDir}'\n`,
  )
  return 0
}

/** @returns how many sites are left that are not the demo's */
async function clear({ services }: Platform, { account }: DemoState): Promise<number> {
  const { registry, removals } = services
  await removeDemo(services)
  await removals.settled(removalMs)
  const others = registry.sites.all().length
  const person = account && (await registry.people.findByEmail(account.email))
  // The last administrator of somebody's own sites stays.
  if (person && (await registry.people.count()) > 1) await registry.people.remove(system('demo'), person.id)
  return others
}
