/** What the broker has done and refused since it was opened, and what it holds now. */
export interface BrokerStats {
  /** Open sockets, those let in, those not yet let in. */
  connections: number
  sessions: number
  unauthenticated: number
  connectionsTotal: number
  sessionsTotal: number
  /** CONNECTs refused or sockets closed before being let in, by reason. */
  refused: Record<string, number>
  /** Sessions ended, by reason. */
  ended: Record<string, number>
  /** Protocol violations, by reason. */
  violations: Record<string, number>
  received: number
  receivedBytes: number
  /** Messages that went through `intake`, and those of them that were not stored. */
  claimed: number
  notStored: number
  acknowledged: number
  deniedPublishes: number
  deniedSubscriptions: number
  /** Times a client was not read on because it sends faster than it may. */
  throttled: number
  /** Publishes a subscriber did not get because it reads too slowly (QoS 0 only). */
  droppedForSlowReader: number
  droppedFromQueue: number
  droppedRetained: number
  /** Clients that wait out a back-off after a denied publish or a violation. */
  quarantined: number
  inFlightBytes: number
  inFlightMessages: number
  partialBytes: number
  outputBytes: number
  /** Connections that are not read because too much is in flight. */
  paused: number
  retained: number
  retainedBytes: number
  queued: number
  queuedBytes: number
  persistentSessions: number
  /** Failed writes of the broker's own state; > 0 and growing = its disk is in trouble. */
  stateWriteFailures: number
}

/** Counts by a small fixed set of words. */
export class Tally {
  readonly #counts = new Map<string, number>()

  add(word: string): void {
    this.#counts.set(word, (this.#counts.get(word) ?? 0) + 1)
  }

  toRecord(): Record<string, number> {
    return Object.fromEntries(this.#counts)
  }
}

/** The mutable counts; gauges are asked when `stats()` is. */
export class Counters {
  connectionsTotal = 0
  sessionsTotal = 0
  readonly refused = new Tally()
  readonly ended = new Tally()
  readonly violations = new Tally()
  received = 0
  receivedBytes = 0
  claimed = 0
  notStored = 0
  acknowledged = 0
  deniedPublishes = 0
  deniedSubscriptions = 0
  throttled = 0
  droppedForSlowReader = 0
}
