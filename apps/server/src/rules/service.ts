import type { Ledger, SlotsWritten } from '@ohmstead/ledger'
import type { Clock, Instant, Rule, Series } from '@ohmstead/model'
import type { Registry, RegistryChange } from '@ohmstead/registry'
import type { Batch, ReadingStore } from '@ohmstead/telemetry'
import type { Logger } from 'pino'
import type { EventHub } from '../events.ts'
import type { Ingest } from '../ingest/ingest.ts'
import type { AlertStore } from './alerts/alertStore.ts'
import { type Compiled, compileRule, type Surroundings } from './compile.ts'
import { Deeds } from './deeds.ts'
import { RuleIntake } from './intake.ts'
import { Outlets } from './outlets.ts'
import type { Send } from './publisher.ts'
import { recentFrom } from './recent.ts'
import { RowStore } from './rowStore.ts'
import { RunningRules } from './runningRules.ts'
import { ShownRules } from './shownRules.ts'
import { SlotReadings, slotFields, slotStream, toldAt } from './slots.ts'
import { StoredRules } from './storedRules.ts'
import type { Names } from './templates/index.ts'
import type { Unit } from './unit.ts'
import { vocabularyOf } from './vocabulary.ts'
import type { Post } from './webhooks.ts'

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

const tickMs = 250

/** Runs the rules of all sites over what was stored. */
export class RuleService implements AsyncDisposable {
  readonly #parts: RuleServiceParts
  readonly #stored: StoredRules
  readonly #running: RunningRules
  readonly #intake: RuleIntake
  readonly outlets: Outlets
  readonly shown: ShownRules
  readonly deeds: Deeds
  /** What rules look at: the stored readings, and the ledger's slots. */
  readonly readings: SlotReadings
  #unfollow = () => {}
  #loading: Promise<void> = Promise.resolve()
  #cancelTick = () => {}
  #closed = false

  constructor(parts: RuleServiceParts) {
    this.#parts = parts
    const { registry, store, ledger, alerts, clock, log, latenessMs } = parts
    this.readings = new SlotReadings(store, ledger)
    this.#stored = new StoredRules({
      ...{ registry, clock, log },
      changed: (site, ids) => this.#behind('a change of a rule', () => this.#running.update(site, ids)),
    })
    const placeOf = (site: string, device: string) => registry.devices.known(site, device)?.place ?? null
    const now = () => clock.now()
    const intake = new RuleIntake({ placeOf, now, newest: of => this.#newest(of) })
    const outlets = new Outlets(parts)
    const rows = new RowStore(parts.ingest, registry)
    const around = {
      rulesOf: (site: string) => this.#stored.of(site),
      surroundings: (site: string) => this.surroundings(site),
      namesOf: (site: string) => this.#namesOf(site),
    }
    const running = new RunningRules({
      ...{ alerts, log, latenessMs, intake, outlets, placeOf, now, ...around, store: this.readings },
      keep: (...kept) => rows.keep(...kept),
    })
    this.#intake = intake
    this.#running = running
    this.outlets = outlets
    this.shown = new ShownRules({ alerts, intake, running, ...around })
    this.deeds = new Deeds({ alerts, intake, running, outlets, clock })
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
    this.#unfollow = this.#parts.registry.onChange(change => this.#follow(change))
    const started = this.#startAll(this.#stored.load())
    this.#loading = started.catch(() => {})
    await started
    await Promise.all(this.units.map(unit => unit.tick()))
    this.outlets.wake()
    this.#tick()
  }

  async #startAll(stored: Promise<ReadonlyMap<string, readonly Rule[]>>): Promise<void> {
    const rules = await stored
    const recent = await this.#parts.store.recentRanges()
    const made: Unit[] = []
    for (const [site, own] of rules) made.push(...(await this.#running.make(site, own)))
    await this.#running.begin(made, ({ rule: { site }, compiled: { needs } }) =>
      recentFrom(recent, { site, needs, store: this.readings }),
    )
  }

  #tick(): void {
    if (this.#closed) return
    this.#running.tick()
    this.#cancelTick = this.#parts.clock.after(tickMs, () => this.#tick())
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

  surroundings(site: string): Surroundings {
    const { registry, store } = this.#parts
    return {
      zone: registry.sites.known(site)?.timezone ?? 'UTC',
      vocabulary: vocabularyOf(store, site),
      names: this.#namesOf(site),
      rules: this.#stored.of(site),
      hasDevice: id => registry.devices.known(site, id) !== undefined,
    }
  }

  #namesOf(site: string): Names {
    return { device: id => this.#parts.registry.devices.known(site, id)?.name ?? id }
  }

  /** @param rule under its id when it has one already @throws RuleFault · Unsupported · InvalidInput */
  compile(site: string, rule: Pick<Rule, 'definition' | 'actions'> & Partial<Pick<Rule, 'id'>>): Compiled {
    return compileRule(rule, this.surroundings(site))
  }

  get units(): readonly Unit[] {
    return this.#running.all
  }

  /** Resolves when the streams that rules make for each other are as the last change left them. */
  ready(): Promise<void> {
    return this.#stored.ready()
  }

  /** Resolves when all that was stored before is worked through, as far as the clock allows. */
  async settled(): Promise<void> {
    await this.ready()
    await this.#loading
    await Promise.all(this.units.map(unit => unit.tick()))
  }

  #follow(change: RegistryChange): void {
    if (change.kind === 'rule') this.#stored.note(change.site, change.rule)
    else if (change.kind === 'site' && !this.#parts.registry.sites.known(change.site)) this.#drop(change.site)
  }

  #drop(site: string): void {
    this.#behind('rules of a removed site', async () => {
      this.#stored.drop(site)
      await this.#running.drop(site)
      this.#parts.alerts.forget(site)
    })
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
    this.#stored.close()
    await this.#loading
    await this.#running.close()
    await this.outlets.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

type Of = Pick<Series, 'site' | 'device' | 'measurement' | 'field'>
