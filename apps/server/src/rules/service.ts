import { bearsEnergy, type Ledger, type SlotsWritten } from '@ohmstead/ledger'
import type { Clock, Instant, Rule, Series } from '@ohmstead/model'
import { NotFound, type Registry, type RegistryChange } from '@ohmstead/registry'
import type { Batch, ReadingStore, TimeRange } from '@ohmstead/telemetry'
import type { Logger } from 'pino'
import type { EventHub } from '../events.ts'
import type { Ingest } from '../ingest/ingest.ts'
import type { Alert, AlertStore, Changes, Pruning } from './alerts/alertStore.ts'
import { type Compiled, compileRule, originOf, type Surroundings, wordsOf } from './compile.ts'
import { seriesOf } from './history.ts'
import { RuleIntake } from './intake.ts'
import { type Judgement, Judgements, noJudgement } from './judgements.ts'
import type { Need } from './needs.ts'
import { Publisher, type Send } from './publisher.ts'
import { RowStore } from './rowStore.ts'
import { isSameVersion, linksOf, SiteRules } from './siteRules.ts'
import { SlotReadings, slotFields, slotStream, toldAt } from './slots.ts'
import type { Names } from './templates/index.ts'
import { Unit, type UnitState } from './unit.ts'
import { vocabularyOf } from './vocabulary.ts'
import { type Hook, type Post, Webhooks } from './webhooks.ts'

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

/** A rule for people: what it says and looks at, who looks at it, how it is doing. */
export interface Shown extends Pick<Compiled, 'sentence' | 'epl' | 'needs' | 'units'> {
  /** Rules that look at a stream of this one. */
  readonly usedBy: string[]
  readonly status: RuleState
}

const tickMs = 250
/** What could not be read is read again so much later. */
const retryMs = 5_000
/** How far from its own time a stored reading may change slots, ms. */
const reachOfReadingMs = 86_400_000

/** Runs the rules of all sites over what was stored. */
export class RuleService implements AsyncDisposable {
  readonly #parts: RuleServiceParts
  /** By site and id. */
  readonly #units = new Map<string, Map<string, Unit>>()
  /** Rules that are switched on and cannot be run, with the reason. */
  readonly #failed = new Map<string, string>()
  /** Those of them that took more than their share, as far as it was noticed. */
  readonly #stopped = new WeakSet<Unit>()
  readonly #topics = new Map<string, string>()
  /** By site; those that are switched off too. */
  readonly #rules = new Map<string, SiteRules>()
  /** By site: rules that have changed since they were read. */
  #changed = new Map<string, Set<string>>()
  readonly #judgements = new Judgements()
  readonly #intake: RuleIntake
  readonly #rows: RowStore
  readonly #publisher: Publisher
  readonly webhooks: Webhooks
  /** What rules look at: the stored readings, and the ledger's slots. */
  readonly readings: SlotReadings
  #unfollow = () => {}
  #reading: Promise<void> = Promise.resolve()
  #loading: Promise<void> = Promise.resolve()
  #ticking: Promise<void> | undefined
  #cancelTick = () => {}
  #cancelRetry = () => {}
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
    const { registry, store } = this.#parts
    this.#unfollow = registry.onChange(change => this.#follow(change))
    const all = registry.rules.all()
    this.#reading = all.then(
      rules => this.#readAll(rules),
      () => {},
    )
    const loaded = this.#reading.then(async () => {
      const recent = await store.recentRanges()
      const wanted = Map.groupBy(
        (await all).filter(({ enabled }) => enabled),
        ({ site }) => site,
      )
      const made: Unit[] = []
      for (const [site, rules] of wanted) made.push(...(await this.#make(site, rules)))
      await this.#begin(made, unit => this.#recentFrom(recent, unit.compiled, unit.rule.site))
    })
    this.#loading = loaded.catch(() => {})
    await loaded
    await Promise.all(this.units.map(unit => unit.tick()))
    this.#publisher.wake()
    this.#tick()
  }

  #readAll(rules: readonly Rule[]): void {
    for (const [site, own] of Map.groupBy(rules, rule => rule.site)) this.#rules.set(site, new SiteRules(own))
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
      names: this.#namesOf(site),
      rules: this.#rules.get(site),
      hasDevice: id => registry.devices.known(site, id) !== undefined,
    }
  }

  /** @param rule under its id when it has one already @throws RuleFault · Unsupported · InvalidInput */
  compile(site: string, rule: Pick<Rule, 'definition' | 'actions'> & Partial<Pick<Rule, 'id'>>): Compiled {
    return compileRule(rule, this.surroundings(site))
  }

  /** Resolves when the streams that rules make for each other are as the last change left them. */
  ready(): Promise<void> {
    return this.#reading
  }

  /** Rules of a site as people see them; what is known of one that was judged just now need not be found out. */
  shown(site: string, rules: readonly Rule[], judged?: Judgement): Shown[] {
    this.#intake.tally(site)
    const names = this.#namesOf(site)
    let around: Surroundings | undefined
    return rules.map(rule => {
      const { needs, units } =
        judged ?? this.#judgementOf(rule) ?? this.#judgements.of(rule, (around ??= this.surroundings(site)))
      const usedBy = this.#rules.get(site)?.usersOf(rule.id) ?? []
      return { ...wordsOf(rule, names), needs, units, usedBy, status: this.#stateOf(rule) }
    })
  }

  #namesOf(site: string): Names {
    return { device: id => this.#parts.registry.devices.known(site, id)?.name ?? id }
  }

  /** Of what runs, or cannot: undefined for what is neither. */
  #judgementOf(rule: Rule): Judgement | undefined {
    if (this.#failed.has(keyOf(rule))) return noJudgement
    const unit = this.#unit(rule)
    return unit && isSameVersion(unit.rule, rule) ? unit.compiled : undefined
  }

  state(rule: Rule): RuleState {
    this.#intake.tally(rule.site)
    return this.#stateOf(rule)
  }

  #stateOf(rule: Rule): RuleState {
    const unit = this.#unit(rule)
    const failed = this.#failed.get(keyOf(rule)) ?? null
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
    const unit = this.#unit({ site, id: alert.rule })
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
    return [...this.#units.values()].flatMap(own => [...own.values()])
  }

  #unit({ site, id }: Pick<Rule, 'site' | 'id'>): Unit | undefined {
    return this.#units.get(site)?.get(id)
  }

  #unitsOf(site: string): Unit[] {
    return [...(this.#units.get(site)?.values() ?? [])]
  }

  /** Up to where those who are told what rules say have been told it. */
  get told(): Pick<Pruning, 'told' | 'hooks'> {
    return { told: this.#publisher.seq, hooks: this.webhooks.cursors }
  }

  /** Resolves when all that was stored before is worked through, as far as the clock allows. */
  async settled(): Promise<void> {
    await this.#reading
    await this.#loading
    await Promise.all(this.units.map(unit => unit.tick()))
  }

  // ── changes ────────────────────────────────────────────────────────────────────────────────

  #follow(change: RegistryChange): void {
    if (change.kind === 'rule') {
      const { site, rule } = change
      this.#changed.set(site, (this.#changed.get(site) ?? new Set()).add(rule))
      this.#read()
    } else if (change.kind === 'site' && !this.#parts.registry.sites.known(change.site))
      this.#drop(change.site)
  }

  /** Reads what has changed; of changes that wait for one another the last one tells. */
  #read(): void {
    this.#reading = this.#reading.then(async () => {
      const changed = this.#changed
      this.#changed = new Map()
      for (const [site, ids] of changed)
        for (const id of ids)
          await this.#readRule(site, id).catch(err => {
            this.#parts.log.error({ err, site, rule: id }, 'reading a rule failed; it is read again')
            this.#readLater(site, id)
          })
    })
  }

  #readLater(site: string, id: string): void {
    this.#changed.set(site, (this.#changed.get(site) ?? new Set()).add(id))
    this.#cancelRetry()
    if (!this.#closed) this.#cancelRetry = this.#parts.clock.after(retryMs, () => this.#read())
  }

  async #readRule(site: string, id: string): Promise<void> {
    const found = await this.#parts.registry.rules.get(site, id).catch(error => {
      if (error instanceof NotFound) return undefined
      throw error
    })
    const rules = this.#rules.get(site) ?? new SiteRules()
    const before = rules.text(id)?.makes ?? []
    if (found) rules.put(found)
    else rules.remove(id)
    if (rules.size > 0) this.#rules.set(site, rules)
    else this.#rules.delete(site)
    const streams = [...before, ...(rules.text(id)?.makes ?? [])]
    this.#reload(site, [id, ...rules.followersOf(streams)])
  }

  /** Brings what runs in line with what is stored, of these rules and of those that another one may have kept from running. */
  #reload(site: string, ids: readonly string[]): void {
    this.#behind('a change of a rule', async () => {
      const rules = this.#rules.get(site)
      const blocked = rules?.storing.filter(rule => this.#failed.has(keyOf(rule))) ?? []
      const touched = new Set([...ids, ...blocked.map(({ id }) => id)])
      const wanted: Rule[] = []
      const ended: Unit[] = []
      for (const id of touched) {
        const rule = rules?.get(id)
        const unit = this.#unit({ site, id })
        this.#failed.delete(keyOf({ site, id }))
        if (unit && this.#isSame(unit, rule)) continue
        if (unit) {
          await this.#end(unit, rule)
          ended.push(unit)
        }
        if (rule?.enabled) wanted.push(rule)
      }
      // What takes long to catch up is not waited for.
      void this.#begin(await this.#make(site, wanted, ended))
    })
  }

  /** A new name changes nothing of how it runs; another version of a rule that it looks at does. */
  #isSame({ rule, compiled }: Unit, wanted: Rule | undefined): boolean {
    if (!wanted?.enabled || !isSameVersion(wanted, rule)) return false
    const rules = this.#rules.get(rule.site)
    const text = rules?.text(rule.id)
    if (!text) return false
    try {
      return originOf(linksOf(text, rules, compiled.measurements)) === compiled.origin
    } catch {
      return false
    }
  }

  /** @param next what takes its place: another version, the same one beside others, or nothing */
  async #end(unit: Unit, next: Rule | undefined): Promise<void> {
    const { site, id, version, changedAt } = unit.rule
    this.#units.get(site)?.delete(id)
    await unit.close()
    if (next?.enabled && (next.version > version || next.changedAt === changedAt)) return
    const { alerts, clock } = this.#parts
    this.#told(alerts.end(site, id, { at: unit.through ?? clock.now(), gone: true }))
  }

  #drop(site: string): void {
    this.#behind('rules of a removed site', async () => {
      const ended = this.#unitsOf(site)
      for (const { rule } of ended) this.#failed.delete(keyOf(rule))
      this.#units.delete(site)
      this.#rules.delete(site)
      for (const unit of ended) await unit.close()
      this.#route(site, ended, [])
      this.#parts.alerts.forget(site)
    })
  }

  /**
   * What is to run, ready to begin: readings are handed over already, so that none is missed between the look into the store and
   * the first tick.
   * @param ended what ran before
   */
  async #make(site: string, rules: readonly Rule[], ended: readonly Unit[] = []): Promise<Unit[]> {
    const around = rules.length === 0 ? undefined : this.surroundings(site)
    const made: Unit[] = []
    await inTurns(rules, rule => {
      const unit = this.#unitFor(rule, around!)
      if (unit) made.push(unit)
    })
    if (made.length > 0 && !this.#units.has(site)) this.#units.set(site, new Map())
    for (const unit of made) this.#units.get(site)!.set(unit.rule.id, unit)
    this.#route(site, ended, made)
    return made
  }

  /** Resolves when all have caught up. */
  async #begin(units: readonly Unit[], recentFrom: (unit: Unit) => Instant | undefined = () => undefined) {
    const starting: Promise<void>[] = []
    await inTurns(units, unit => {
      if (this.#runs(unit)) starting.push(unit.start(recentFrom(unit)))
    })
    await Promise.all(starting)
  }

  #unitFor(rule: Rule, around: Surroundings): Unit | undefined {
    const { registry, alerts, clock, log, latenessMs } = this.#parts
    const { site, id } = rule
    try {
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

  /** What leads to and from the rules that run. */
  #route(site: string, ended: readonly Unit[], made: readonly Unit[]): void {
    if (ended.length + made.length === 0) return
    this.#intake.change(site, { ended, made })
    for (const { rule } of ended) this.#topics.delete(keyOf(rule))
    for (const { rule } of made) {
      const event = rule.actions.find(action => action.kind === 'event')
      if (event) this.#topics.set(keyOf(rule), event.topic ?? rule.id)
    }
    if ([...ended, ...made].some(unit => hooksOf(unit).length > 0))
      this.webhooks.set(site, this.#unitsOf(site).flatMap(hooksOf))
  }

  #told(changes: Changes): void {
    this.#publisher.told(changes)
    for (const site of new Set(changes.said.map(one => one.site))) this.webhooks.wake(site)
  }

  #tick(): void {
    if (this.#closed) return
    this.#cancelTick = this.#parts.clock.after(tickMs, () => this.#tick())
    // A round that takes longer than its time is ended first.
    this.#ticking ??= inTurns(this.units, unit => {
      if (this.#runs(unit)) void unit.tick().then(() => this.#ticked(unit))
    }).finally(() => (this.#ticking = undefined))
  }

  /** Between two turns it may have been ended. */
  #runs(unit: Unit): boolean {
    return !this.#closed && this.#unit(unit.rule) === unit
  }

  #ticked(unit: Unit): void {
    const { reason, rule } = unit
    if (reason === null || this.#stopped.has(unit)) return
    const { site, id } = rule
    this.#stopped.add(unit)
    this.stopped++
    this.#intake.change(site, { ended: [unit], made: [] })
    unit.drop()
    this.#parts.log.warn({ site, rule: id, reason }, 'a rule was stopped')
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
    this.#cancelRetry()
    await this.#loading
    await Promise.all(this.units.map(unit => unit.close()))
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

const hooksOf = ({ rule: { site, id, actions } }: Unit): Hook[] =>
  actions.flatMap(action => (action.kind === 'webhook' ? [{ site, rule: id, url: action.url }] : []))

/** Rules that are worked on before whatever else waits for the event loop gets its turn. */
const atOnce = 10

async function inTurns<T>(all: readonly T[], begin: (one: T) => void): Promise<void> {
  for (const [at, one] of all.entries()) {
    begin(one)
    if (at % atOnce === atOnce - 1) await new Promise(resolve => setImmediate(resolve))
  }
}

const keyOf = ({ site, id }: Pick<Rule, 'site' | 'id'>) => `${site}/${id}`
