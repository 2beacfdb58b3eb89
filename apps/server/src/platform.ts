import type { AddressInfo } from 'node:net'
import { type Broker, openBroker } from '@ohmstead/bus'
import { bearsEnergy, Ledger, type MeterDirectory, type SlotsWritten } from '@ohmstead/ledger'
import { type Clock, OhmsteadError, type Revision, systemClock, topics } from '@ohmstead/model'
import type { Principal, Registry } from '@ohmstead/registry'
import { openDuckStore, type ReadingStore, StoreDamaged } from '@ohmstead/telemetry'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { openAccounts, sessionSecret } from './accounts/index.ts'
import { brokerHooks } from './brokerHooks.ts'
import { keepCertificate, readCertificate } from './certificate.ts'
import type { Config } from './config/config.ts'
import { type DataFolder, openDataFolder } from './dataFolder.ts'
import { DemoHost } from './demo/demoHost.ts'
import { EventHub } from './events.ts'
import { Health } from './health.ts'
import { buildApi } from './http/api.ts'
import { openIngest } from './ingest/openIngest.ts'
import { localUrl } from './localUrl.ts'
import { Metrics } from './metrics.ts'
import { observe } from './observe.ts'
import { PresenceBoard } from './presence.ts'
import { watchRegistryHealth } from './registryHealth.ts'
import { openRegistryAt, registryLocation } from './registryLocation.ts'
import { followRegistry } from './registryWatch.ts'
import { Removals } from './removals.ts'
import { keepRetention, retainedFrom } from './retention.ts'
import { keepAlerts } from './rules/alerts/keepAlerts.ts'
import { openSqliteAlertStore } from './rules/alerts/sqliteAlertStore.ts'
import { Replays } from './rules/replays.ts'
import { RuleService } from './rules/service.ts'
import { poster } from './rules/webhooks.ts'
import type { Services } from './services.ts'
import { clientAddress, trusts } from './trustedProxies.ts'

/** A port that HTTP wants is taken, or its address is not this machine's. */
export class HttpNotListening extends OhmsteadError {
  override readonly name = 'HttpNotListening'
  readonly code = 'OHM_HTTP_LISTEN'
}

/** The running platform. */
export interface Platform extends AsyncDisposable {
  readonly services: Services
  readonly broker: Broker<Principal>
  readonly httpPort: number
  readonly mqttPort: number
  /** Where a browser on this machine finds it. */
  readonly url: string
}

export interface PlatformOptions {
  readonly clock?: Clock
  readonly log: Logger
}

/**
 * Opens everything in the order in which it depends on each other, and closes it in reverse.
 * @throws DataFolderRefused · RegistryNotOpened · StoreNotOpened · NewerDatabase · ListenFailed · HttpNotListening · InvalidInput
 */
export async function openPlatform(
  config: Config,
  { clock = systemClock, log }: PlatformOptions,
): Promise<Platform> {
  const stack = new AsyncDisposableStack()
  try {
    return await open(config, clock, log, stack)
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

async function open(
  config: Config,
  clock: Clock,
  log: Logger,
  stack: AsyncDisposableStack,
): Promise<Platform> {
  // Before anything is opened: what is wrong with a file is the operator's to mend first.
  const certificate = readCertificate(config.mqtt)
  const folder = stack.use(openDataFolder(config.dataDir))
  const events = new EventHub(clock.now())
  const metrics = new Metrics()
  const health = new Health((part, reason) => {
    if (reason === null) log.info({ part }, 'well again')
    else log.error({ part, reason }, 'in trouble')
  })
  const presence = new PresenceBoard((site, state) => events.publish(site, 'presence', state))

  const location = registryLocation({ ...config, dataDir: folder.path })
  let registryLost = () => {}
  const registry = stack.use(await openRegistryAt(location, { clock, onLost: () => registryLost() }))
  if (location.dialect === 'postgres') {
    const watch = watchRegistryHealth({ registry, health, clock })
    registryLost = watch.look
    stack.defer(watch.stop)
  }
  const ledgerHolder: { ledger?: Ledger } = {}
  const store = stack.use(
    await openDuckStore({
      file: folder.file('readings.duckdb'),
      clock,
      log,
      onDamage: damage => health.bearable('stored readings', damageReason(damage), clock.now()),
      beforeCompact: async () => {
        // Energy of what cannot be read cannot be computed later either.
        await ledgerHolder.ledger?.settled().catch(error => {
          if (!(error instanceof StoreDamaged)) throw error
        })
      },
    }),
  )
  const ruleHolder: { rules?: RuleService } = {}
  const ledger = stack.use(
    await openLedger(folder, {
      ...{ store, registry, clock, log, events, busOf: () => broker },
      written: change => ruleHolder.rules?.slotsWritten(change),
    }),
  )
  ledgerHolder.ledger = ledger
  const alerts = stack.use(openSqliteAlertStore(folder.file('alerts.db'), () => clock.now()))
  const secret = sessionSecret(folder.path)
  const rules: RuleService = new RuleService({
    ...{ registry, store, ledger, alerts, events, clock, log, secret },
    ingest: { submit: (...given) => intake.ingest.submit(...given) },
    send: (topic, payload) => broker!.bus.publish(topic, payload, { qos: 1 }),
    post: poster(config.rules.privateWebhooks),
    latenessMs: config.rules.latenessMs,
  })
  ruleHolder.rules = rules
  const intake = openIngest({
    config,
    clock,
    log,
    store,
    registry,
    ledger,
    events,
    metrics,
    presence,
    health,
    stored: batch => rules.committed(batch),
  })
  stack.defer(() => intake.close())
  const replays = new Replays(clock, alerts)
  stack.defer(() => replays.close())

  let broker: Broker<Principal> | undefined
  let httpPort = config.http.port
  const accounts = stack.use(
    await openAccounts(accountOptions(config, folder, registry, clock, log, () => httpPort)),
  )
  const removals = new Removals({
    forget: (site, device) => alerts.forget(site, device),
    registry,
    store,
    ledger,
    taken: () => intake.committer.settled(),
    clock,
    log,
  })
  const demo = new DemoHost({
    ...{ config, clock, log, registry, store, ledger },
    mqttPort: () => broker?.ports.mqtt ?? config.mqtt.port,
  })
  const services: Services = {
    config,
    clock,
    log,
    registry,
    accounts,
    store,
    ledger,
    rules,
    alerts,
    replays,
    webhookSecret: secret,
    ingest: intake.ingest,
    events,
    health,
    metrics,
    presence,
    removals,
    mqttPorts: () => broker?.ports ?? { mqtt: undefined, mqtts: undefined },
    demo,
  }

  broker = stack.use(
    await openBroker<Principal>({
      hooks: brokerHooks({ registry, intake: intake.mqtt, presence, log }),
      tcp: { host: config.mqtt.host, port: config.mqtt.port },
      ...(certificate && { tls: { host: config.mqtt.host, port: config.mqtt.tlsPort!, ...certificate } }),
      file: folder.file('broker.db'),
      limits: { maxPacketBytes: config.mqtt.maxPacketBytes, maxConnections: config.mqtt.maxConnections },
      clock,
    }),
  )
  // Its devices hang up before the broker closes.
  stack.use(demo)
  if (certificate) {
    const { renew } = broker
    stack.defer(
      keepCertificate({ tls: config.mqtt, current: certificate, renew: renew.bind(broker), clock, log }),
    )
  }
  // Before the broker, which carries what it says.
  stack.use(rules)
  stack.defer(
    keepAlerts({ alerts, told: () => rules.outlets.told, keepDays: config.rules.keepDays, clock, log }),
  )
  stack.use(removals)
  stack.defer(
    followRegistry({
      registry,
      broker,
      ledger,
      forget: intake.forget,
      sweep: () => removals.sweep(),
      log,
    }),
  )
  removals.sweep()
  stack.defer(keepRetention({ sites: registry.sites, store, clock, log }))
  observe({ metrics, store, ledger, broker, committer: intake.committer, rules, alerts, clock })

  const api = stack.adopt(buildApi(services), app => app.close())
  carryMqtt(api, broker, config)
  await catchUp(store, ledger)
  void rules.start().catch(err => log.error({ err }, 'the rules could not be started'))
  httpPort = await listen(api, config)

  return {
    services,
    broker,
    httpPort,
    mqttPort: broker.ports.mqtt ?? 0,
    url: localUrl(config.http.host, httpPort),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** What the person on call has to know. */
function damageReason({ cause }: StoreDamaged): string {
  const [found] = String(cause instanceof Error ? cause.message : cause).split('\n')
  return (
    `${found} (readings.duckdb). What needs this block is refused, nothing wrong is given out, and new readings are stored. ` +
    "Look at the disk, then restore a backup: see 'When stored readings are damaged' in the operations guide"
  )
}

interface LedgerParts {
  readonly store: ReadingStore
  readonly registry: Registry
  readonly clock: Clock
  readonly log: Logger
  readonly events: EventHub
  readonly busOf: () => Broker<Principal> | undefined
  readonly written: (change: SlotsWritten) => void
}

function openLedger(
  folder: DataFolder,
  { store, registry, clock, log, events, busOf, written }: LedgerParts,
): Promise<Ledger> {
  const directory: MeterDirectory = {
    series: (site, device) => store.select({ site, devices: [device] }),
    device: (site, device) => registry.devices.known(site, device),
    devices: site => registry.devices.all(site).map(({ id }) => id),
    readingsFrom: site => retainedFrom(registry.sites.known(site), clock.now()),
    zone: site => registry.sites.known(site)?.timezone ?? 'UTC',
  }
  return Ledger.open({
    file: folder.file('ledger.db'),
    source: store,
    directory,
    clock,
    onRevisions: revisions => publishRevisions(revisions, busOf()),
    onSlots(change) {
      const { site, device, from, to } = change
      written(change)
      if (events.listened(site)) events.publish(site, 'slots', [{ device, start: from, end: to }])
    },
    onError(err, meter) {
      // Of damage the log tells once.
      if (err instanceof StoreDamaged) return
      log.error({ err, ...meter }, 'energy of a meter could not be rebuilt; it is tried again')
    },
  })
}

function publishRevisions(revisions: readonly Revision[], broker: Broker<Principal> | undefined): void {
  for (const [site, own] of Map.groupBy(revisions, revision => revision.site))
    void broker?.bus.publish(topics.slots(site), JSON.stringify(own)).catch(() => {})
}

/** How long the start waits for energy; what is left then is rebuilt when it is asked for, or by and by. */
const catchUpMs = 1500

/**
 * After a kill the ledger may not have seen what the store has: it looks again at all that is not compacted yet, before
 * anybody is told that the platform is ready.
 */
async function catchUp(store: ReadingStore, ledger: Ledger): Promise<void> {
  for (const { series, from, to } of await store.recentRanges())
    if (bearsEnergy(series)) ledger.recover(series.site, series.device, from, to)
  // Answers about a meter wait for it as well, and say what went wrong.
  await ledger.recovered({ signal: AbortSignal.timeout(catchUpMs) }).catch(() => {})
}

function accountOptions(
  config: Config,
  folder: DataFolder,
  registry: Registry,
  clock: Clock,
  log: Logger,
  httpPort: () => number,
): Parameters<typeof openAccounts>[0] {
  const publicUrl = () => config.http.publicUrl?.replace(/\/$/, '') ?? localUrl(config.http.host, httpPort())
  return {
    registry,
    secret: sessionSecret(folder.path),
    publicUrl,
    secureCookies: publicUrl().startsWith('https:'),
    admin: config.admin,
    smtp: config.smtp,
    clock,
    log,
  }
}

/** MQTT over WebSocket shares the HTTP port. */
function carryMqtt(api: FastifyInstance, broker: Broker<Principal>, { http }: Config): void {
  const isTrusted = trusts(http.trustedProxies)
  api.server.on('upgrade', (request, socket, head) => {
    if (request.url?.split('?')[0] !== '/mqtt')
      return socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n')
    const { remoteAddress = '' } = request.socket
    const address = clientAddress(remoteAddress, request.headers['x-forwarded-for'], isTrusted)
    broker.handleUpgrade(request, socket, head, { address })
  })
}

async function listen(api: FastifyInstance, { http }: Config): Promise<number> {
  try {
    await api.listen({ host: http.host, port: http.port })
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === undefined) throw cause
    const why =
      code === 'EADDRINUSE' ? 'the port is taken; stop what listens there or set OHMSTEAD_HTTP_PORT' : message
    throw new HttpNotListening(`cannot listen for HTTP on ${http.host}:${http.port}: ${why}`, { cause })
  }
  return (api.server.address() as AddressInfo).port
}
