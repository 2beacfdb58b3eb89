import { bearsEnergy, type Ledger, type SlotsWritten } from '@ohmstead/ledger'
import type { Clock, Instant, Rule, RuleInput, Series } from '@ohmstead/model'
import type { Registry, RegistryChange } from '@ohmstead/registry'
import type { Batch, ReadingStore, TimeRange } from '@ohmstead/telemetry'
import type { Logger } from 'pino'
import type { EventHub } from '../events.ts'
import type { Ingest } from '../ingest/ingest.ts'
import type { Alert, AlertStore, Changes, Pruning } from './alerts/alertStore.ts'
import { type Compiled, compileRule, originOf, type Surroundings } from './compile.ts'
import { seriesOf } from './history.ts'
import { RuleIntake } from './intake.ts'
import type { Need } from './needs.ts'
import { Publisher, type Send } from './publisher.ts'
import { RowStore } from './rowStore.ts'
import { linksOf, SiteRules } from './siteRules.ts'
import { SlotReadings, slotFields, slotStream, toldAt } from './slots.ts'
import { Unit, type UnitState } from './unit.ts'
import { vocabularyOf } from './vocabulary.ts'
import { type Post, Webhooks } from './webhooks.ts'

export interface RuleServiceParts {
  readonly registry: Pick<Registry, 'rules' | 'sites' | 'devices' | 'onChange'>
  readonly store: Pick<ReadingStore, 'select' | 'raw' | 'latest' | 'recentRanges'>
  readonly ledger: Pick<Ledger, 'meters' | 'finalSlots'>
  readonly alerts: AlertStore
  readonly events: EventHub
  /** Where rows enter that are to be readings. */
  readonly ingest: Pick<Ingest, 'submit'>
  readonly send: Send
  readonly post: Post
  readonly secret: string
  readonly clock: Clock
  readonly log: Logger
  readonly latenessMs: number
}

/** How a rule is doing. */
export interface RuleState {
  readonly state: UnitState | 'off' | 'failed'
  /** Why it was stopped or cannot run. */
  readonly reason: string | null
  /** Where its clock stands. */
  readonly through: Instant | null
  readonly lastSaid: Instant | null
  /** Events and partial matches that it holds. */
  readonly held: number
  /** Since the start. */
  readonly readings: number
  readonly late: number
  readonly ignored: number
  readonly busyMs: number
}

const tickMs = 250
/** How far from its own time a stored reading may change slots, ms. */
const reachOfReadingMs = 86_400_000

/** Runs the rules of all sites over what was stored. */
export class RuleService implements AsyncDisposable {
  readonly #parts: RuleServiceParts
  readonly #units = new Map<string, Unit>()
  /** Rules that cannot be run, with the reason. */
  readonly #failed = new Map<string, string>()
  readonly #topics = new Map<string, string>()
  /** By site; those that are switched off too. */
  readonly #rules = new Map<string, SiteRules>()
  readonly #intake: RuleIntake
  readonly #rows: RowStore
  readonly #publisher: Publisher
  readonly webhooks: Webhooks
  /** What rules look at: the stored readings, and the ledger's slots. */
  readonly readings: SlotReadings
  readonly #unfollow: () => void
  #reading: Promise<void> = Promise.resolve()
  #loading: Promise<void> = Promise.resolve()
  #cancelTick = () => {}
  #closed = false
  stopped = 0

  constructor(parts: RuleServiceParts) {
    this.#parts = parts
    const { registry, store, ledger, alerts, events, send, clock } = parts
    this.readings = new SlotReadings(store, ledger)
    this.#rows = new RowStore(parts.ingest, registry)
    this.#intake = new RuleIntake({
      placeOf: (site, device) => registry.devices.known(site, device)?.place ?? null,
      now: () => parts.clock.now(),
      newest: of => this.#newest(of),
    })
    this.#publisher = new Publisher({
      ...{ alerts, events, send, clock },
      topicOf: (site, rule) => this.#topics.get(`${site}/${rule}`),
    })
    this.webhooks = new Webhooks(parts)
    this.#unfollow = registry.onChange(change => this.#follow(change))
  }

  async #newest({ site, device, measurement, field }: Of): Promise<Instant | null> {
    const { store } = this.#parts
    const series = store
      .select({ site, devices: [device] })
      .filter(one => one.measurement === measurement && one.field === field)
    const latest = series.length === 0 ? [] : await store.latest(series)
    return latest.length === 0 ? null : Math.max(...latest.map(({ time }) => time))
  }

  /** Starts what is switched on, after the last run; resolves when all have caught up. */
  async start(): Promise<void> {
    const recent = await this.#parts.store.recentRanges()
    const recentFrom = (compiled: Compiled, site: string) => this.#recentFrom(recent, compiled, site)
    const all = await this.#parts.registry.rules.all()
    for (const [site, own] of Map.groupBy(all, rule => rule.site)) this.#rules.set(site, new SiteRules(own))
    await this.#load(
      all.filter(({ enabled }) => enabled),
      recentFrom,
    )
    await Promise.all([...this.#units.values()].map(unit => unit.tick()))
    this.#publisher.wake()
    this.#tick()
  }

  /** Since when something may have come that nobody looked at. */
  #recentFrom(
    recent: readonly ({ series: Series } & TimeRange)[],
    { needs }: Compiled,
    site: string,
  ): Instant | undefined {
    const ids = new Set(seriesOf({ store: this.readings, site, needs }).map(({ id }) => id))
    const slots = needs.find(({ measurement }) => measurement === slotStream)
    const froms = recent.flatMap(({ series, from }) => [
      ...(ids.has(series.id) ? [from - 1] : []),
      // A reading changes the slots between those before and after it.
      ...(slots && series.site === site && isOfMeter(slots, series) ? [from - reachOfReadingMs] : []),
    ])
    return froms.length === 0 ? undefined : Math.min(...froms)
  }

  /** After a commit. Must not throw. */
  committed(batch: Batch): void {
    this.#intake.committed(batch)
  }

  /** After slots have become final or have changed. */
  slotsWritten({ site, device, settled }: Pick<SlotsWritten, 'site' | 'device' | 'settled'>): void {
    if (settled.length === 0) return
    const units = this.#intake.unitsOf({ ...({ site, device } as Series), measurement: slotStream })
    if (units.length === 0) return
    const place = this.#parts.registry.devices.known(site, device)?.place ?? null
    for (const slot of settled) {
      const time = toldAt(slot)
      const reading = { measurement: slotStream, device, place, time, fields: slotFields(slot) }
      for (const unit of units)
        if (slot.quality === 'missing') unit.withdrawn(time)
        else unit.offer(reading, '{}')
    }
  }

  // ── what people ask ────────────────────────────────────────────────────────────────────────

  surroundings(site: string): Surroundings {
    const { registry, store } = this.#parts
    return {
      zone: registry.sites.known(site)?.timezone ?? 'UTC',
      vocabulary: vocabularyOf(store, site),
      names: { device: id => registry.devices.known(site, id)?.name ?? id },
      rules: this.#rules.get(site),
      hasDevice: id => registry.devices.known(site, id) !== undefined,
    }
  }

  /** @param rule under its id when it has one already @throws RuleFault · Unsupported · InvalidInput */
  compile(site: string, rule: Pick<Rule, 'definition' | 'actions'> & Partial<Pick<Rule, 'id'>>): Compiled {
    return compileRule(rule, this.surroundings(site))
  }

  /** The same rule with what its template adds, judged. @throws as `compile` */
  checked<Input extends Pick<RuleInput, 'definition' | 'actions'> & Partial<Pick<Rule, 'id'>>>(
    site: string,
    input: Input,
  ): Input {
    const { definition } = this.compile(site, input as Pick<Rule, 'id' | 'definition' | 'actions'>)
    return { ...input, definition }
  }

  /** Resolves when the streams that rules make for each other are as the last change left them. */
  ready(): Promise<void> {
    return this.#reading
  }

  /** Rules that look at a stream of this one. */
  usersOf({ site, id }: Pick<Rule, 'site' | 'id'>): string[] {
    return this.#rules.get(site)?.usersOf(id) ?? []
  }

  state(rule: Rule): RuleState {
    const key = keyOf(rule)
    const unit = this.#units.get(key)
    this.#intake.tally(rule.site)
    const failed = this.#failed.get(key) ?? null
    const state = unit?.state ?? (failed === null ? (rule.enabled ? 'starting' : 'off') : 'failed')
    const { readings = 0, late = 0, ignored = 0, busyMs = 0 } = unit?.counts ?? {}
    return {
      state,
      reason: unit?.reason ?? failed,
      through: unit?.through ?? null,
      lastSaid: this.#parts.alerts.lastSaid(rule.site, rule.id),
      held: unit?.held ?? 0,
      readings,
      late,
      ignored,
      busyMs: Math.round(busyMs),
    }
  }

  acknowledge(site: string, id: string, by: string): Alert | undefined {
    const { alerts, clock } = this.#parts
    const alert = alerts.acknowledge(site, id, by, clock.now())
    if (alert) this.#told({ said: [], alerts: [alert] })
    return alert
  }

  /** By a person; what the rule raises afterwards is a new alert. */
  clear(site: string, id: string): Alert | undefined {
    const { alerts, clock } = this.#parts
    const alert = alerts.alert(site, id)
    if (!alert) return undefined
    const unit = this.#units.get(`${site}/${alert.rule}`)
    const changes = alerts.clear(site, id, unit?.through ?? clock.now())
    const [ended] = changes.alerts
    if (ended) {
      unit?.ended({ key: ended.key, time: ended.clearedAt! })
      this.#intake.forget(site, ended.clearedAt!)
    }
    this.#told(changes)
    return ended ?? alert
  }

  // ── figures ────────────────────────────────────────────────────────────────────────────────

  get units(): readonly Unit[] {
    return [...this.#units.values()]
  }

  /** Up to where those who are told what rules say have been told it. */
  get told(): Pick<Pruning, 'told' | 'hooks'> {
    return { told: this.#publisher.seq, hooks: this.webhooks.cursors }
  }

  /** Resolves when all that was stored before is worked through, as far as the clock allows. */
  async settled(): Promise<void> {
    await this.#loading
    await Promise.all([...this.#units.values()].map(unit => unit.tick()))
  }

  // ── changes ────────────────────────────────────────────────────────────────────────────────

  #follow(change: RegistryChange): void {
    if (change.kind === 'rule') {
      this.#read(change.site)
      this.#reload(change.site)
    } else if (change.kind === 'site' && !this.#parts.registry.sites.known(change.site))
      this.#drop(change.site)
  }

  #read(site: string): void {
    this.#reading = this.#reading
      .then(async () => {
        const rules = await this.#parts.registry.rules.all(site)
        this.#rules.set(site, new SiteRules(rules, this.#rules.get(site)))
      })
      .catch(err => this.#parts.log.error({ err, site }, 'reading the rules of a site failed'))
  }

  #reload(site: string): void {
    this.#behind('rules of a site', async () => {
      await this.#reading
      const rules = this.#rules.get(site)?.enabled ?? []
      const wanted = new Map(rules.map(rule => [keyOf(rule), rule]))
      for (const unit of this.#units.values())
        if (unit.rule.site === site && !this.#isSame(unit, wanted.get(keyOf(unit.rule))))
          await this.#end(unit, wanted.has(keyOf(unit.rule)))
      for (const key of this.#failed.keys()) if (key.startsWith(`${site}/`)) this.#failed.delete(key)
      await this.#load(
        rules.filter(rule => !this.#units.has(keyOf(rule))),
        () => undefined,
        site,
      )
    })
  }

  /** A new name changes nothing of how it runs; another version of a rule that it looks at does. */
  #isSame({ rule, compiled }: Unit, wanted: Rule | undefined): boolean {
    if (wanted?.version !== rule.version) return false
    const rules = this.#rules.get(rule.site)
    const text = rules?.text(rule.id)
    if (!text) return false
    try {
      return originOf(linksOf(text, rules, compiled.measurements)) === compiled.origin
    } catch {
      return false
    }
  }

  /** @param goesOn as another version */
  async #end(unit: Unit, goesOn: boolean): Promise<void> {
    const { site, id } = unit.rule
    this.#units.delete(keyOf(unit.rule))
    await unit.close()
    if (goesOn) return
    const { alerts, clock } = this.#parts
    this.#told(alerts.end(site, id, { at: unit.through ?? clock.now(), gone: true }))
  }

  #drop(site: string): void {
    this.#behind('rules of a removed site', async () => {
      for (const unit of this.#units.values())
        if (unit.rule.site === site) {
          this.#units.delete(keyOf(unit.rule))
          await unit.close()
        }
      this.#rules.delete(site)
      this.#route(site)
      this.#parts.alerts.forget(site)
    })
  }

  async #load(
    rules: readonly Rule[],
    recentFrom: (compiled: Compiled, site: string) => Instant | undefined,
    only?: string,
  ): Promise<void> {
    const starting: Promise<void>[] = []
    for (const rule of rules) {
      const unit = this.#make(rule)
      if (!unit) continue
      this.#units.set(keyOf(rule), unit)
    }
    for (const site of new Set([...rules.map(rule => rule.site), ...(only === undefined ? [] : [only])]))
      this.#route(site)
    // Readings are handed over already, so that none is missed between the look into the store and the first tick.
    for (const rule of rules) {
      const unit = this.#units.get(keyOf(rule))
      if (unit) starting.push(unit.start(recentFrom(unit.compiled, rule.site)))
    }
    await Promise.all(starting)
  }

  #make(rule: Rule): Unit | undefined {
    const { registry, alerts, clock, log, latenessMs } = this.#parts
    const { site, id } = rule
    try {
      const around = this.surroundings(site)
      const compiled = compileRule(rule, around)
      return new Unit({
        ...{ rule, compiled, zone: around.zone, store: this.readings, alerts, latenessMs },
        placeOf: device => registry.devices.known(site, device)?.place ?? null,
        keep: (...rows) => this.#rows.keep(...rows),
        said: changes => this.#told(changes),
        trouble: err => log.error({ err, site, rule: id }, 'a rule was interrupted; it is started again'),
        now: () => clock.now(),
      })
    } catch (error) {
      this.#failed.set(keyOf(rule), (error as Error).message)
      log.warn({ site, rule: id, reason: (error as Error).message }, 'a rule cannot run')
      return undefined
    }
  }

  #route(site: string): void {
    const units = [...this.#units.values()].filter(({ rule }) => rule.site === site)
    this.#feed(site)
    for (const key of this.#topics.keys()) if (key.startsWith(`${site}/`)) this.#topics.delete(key)
    for (const { rule } of units) {
      const event = rule.actions.find(action => action.kind === 'event')
      if (event) this.#topics.set(keyOf(rule), event.topic ?? rule.id)
    }
    this.webhooks.set(
      site,
      units.flatMap(({ rule }) =>
        rule.actions.flatMap(action =>
          action.kind === 'webhook' ? [{ site, rule: rule.id, url: action.url }] : [],
        ),
      ),
    )
  }

  /** Readings go to the rules of a site that are not stopped. */
  #feed(site: string): void {
    const units = [...this.#units.values()].filter(({ rule }) => rule.site === site)
    this.#intake.set(
      site,
      units.filter(({ reason }) => reason === null),
    )
  }

  #told(changes: Changes): void {
    this.#publisher.told(changes)
    for (const site of new Set(changes.said.map(one => one.site))) this.webhooks.wake(site)
  }

  #tick(): void {
    if (this.#closed) return
    for (const unit of this.#units.values()) {
      const before = unit.reason
      void unit.tick().then(() => {
        if (before !== null || unit.reason === null) return
        this.stopped++
        const { site, id } = unit.rule
        this.#feed(site)
        unit.drop()
        this.#parts.log.warn({ site, rule: id, reason: unit.reason }, 'a rule was stopped')
      })
    }
    this.#cancelTick = this.#parts.clock.after(tickMs, () => this.#tick())
  }

  /** One change after the other. */
  #behind(what: string, work: () => Promise<void>): void {
    this.#loading = this.#loading
      .then(() => (this.#closed ? undefined : work()))
      .catch(err => this.#parts.log.error({ err, what }, 'following a change failed'))
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#unfollow()
    this.#cancelTick()
    await this.#loading
    await Promise.all([...this.#units.values()].map(unit => unit.close()))
    await this.#publisher.close()
    await this.webhooks.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

const isOfMeter = ({ devices }: Need, series: Series) =>
  bearsEnergy(series) && (devices === null || devices.has(series.device))

type Of = Pick<Series, 'site' | 'device' | 'measurement' | 'field'>

const keyOf = ({ site, id }: Pick<Rule, 'site' | 'id'>) => `${site}/${id}`
