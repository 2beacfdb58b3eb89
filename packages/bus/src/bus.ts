/** A message as a subscriber gets it. */
export interface BusMessage {
  readonly topic: string
  readonly payload: Buffer
  /** It was kept from before the subscription. */
  readonly retain: boolean
}

export interface PublishOptions {
  qos?: 0 | 1 | 2
  retain?: boolean
}

export interface Subscription extends AsyncDisposable {
  /** Ends it; calling it again is harmless. */
  close(): Promise<void>
}

export interface RequestOptions {
  /** Default 5000. */
  timeoutMs?: number
  signal?: AbortSignal
}

/** Answers one operation of a component. What it throws becomes the asker's `RequestFailed`, with `code` if it has one. */
export type Responder = (operation: string, args: unknown, context: { signal: AbortSignal }) => unknown

/** The bus as components, hooks and jobs see it: the same in the broker's process and over a connection. */
export interface Bus extends AsyncDisposable {
  /** Resolves when the broker has it (QoS 0: when it was handed over). */
  publish(topic: string, payload: Uint8Array | string, options?: PublishOptions): Promise<void>
  /**
   * Calls `listener` for each message that `filter` selects, first the retained ones. Resolves once it is in effect.
   * @throws SubscriptionRefused
   */
  subscribe(filter: string, listener: (message: BusMessage) => void): Promise<Subscription>
  /** The same as an endless sequence; at most `most` messages wait (default 1000), then the oldest is left out. */
  messages(
    filter: string,
    options?: { signal?: AbortSignal; most?: number },
  ): AsyncGenerator<BusMessage, void, void>
  /**
   * Asks `component` to do `operation` and waits for its answer (JSON values).
   * @throws RequestTimeout · RequestFailed · BusOverloaded · BusClosed · the signal's reason
   */
  request(component: string, operation: string, args?: unknown, options?: RequestOptions): Promise<unknown>
  /** Answers what is asked of `component`. */
  respond(component: string, responder: Responder): Promise<Subscription>
  close(): Promise<void>
}

/** What an implementation brings; everything else is built on it. */
export interface Wire {
  publish(topic: string, payload: Buffer, options: Required<PublishOptions>): Promise<void>
  subscribe(filter: string, listener: (message: BusMessage) => void): Promise<() => Promise<void>>
  close(): Promise<void>
}
