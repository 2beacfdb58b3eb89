import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** All that the platform counts and measures, under names that say their unit. */
export class Metrics {
  readonly registry = new Registry()

  readonly valuesStored = this.#counter('ohmstead_values_stored_total', 'Values committed to the store', [
    'via',
  ])
  readonly readingsAccepted = this.#counter('ohmstead_readings_accepted_total', 'Readings accepted', ['via'])
  readonly readingsRejected = this.#counter('ohmstead_readings_rejected_total', 'Refusals by reason', [
    'via',
    'reason',
  ])
  readonly commits = this.#counter('ohmstead_commits_total', 'Group commits by outcome', ['outcome'])
  readonly commitSeconds = new Histogram({
    name: 'ohmstead_commit_duration_seconds',
    help: 'Time from handing a batch to the store until it is durable',
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers: [this.registry],
  })
  readonly httpSeconds = new Histogram({
    name: 'ohmstead_http_request_duration_seconds',
    help: 'HTTP requests by route and status class',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
    registers: [this.registry],
  })
  readonly devicesCreated = this.#counter('ohmstead_devices_created_total', 'Devices made on first sight', [])

  constructor(options: { process?: boolean } = {}) {
    if (options.process ?? true) collectDefaultMetrics({ register: this.registry })
  }

  /** A figure that is read when it is asked for. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.registry],
      async collect() {
        gauge.set(await read())
      },
    })
  }

  /** A total that another part keeps, read when it is asked for. */
  total(name: string, help: string, read: () => number | Promise<number>): void {
    const counter: Counter = new Counter({
      name,
      help,
      registers: [this.registry],
      async collect() {
        const total = await read()
        counter.reset()
        counter.inc(total)
      },
    })
  }

  /** Totals by a small fixed set of reasons that another part keeps. */
  totals(name: string, help: string, read: () => Readonly<Record<string, number>>): void {
    const counter: Counter<'reason'> = new Counter({
      name,
      help,
      labelNames: ['reason'],
      registers: [this.registry],
      collect() {
        counter.reset()
        for (const [reason, count] of Object.entries(read())) counter.inc({ reason }, count)
      },
    })
  }

  #counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.registry] })
  }
}
