/** What one broker and one connection may use. Sizes in bytes, times in milliseconds. */
export interface Limits {
  /** Longest remaining length of any packet once a client is known. */
  maxPacketBytes: number
  /** Longest CONNECT, and most bytes read of a connection before it is let in. */
  maxConnectBytes: number
  maxTopicBytes: number
  /** Levels of a topic or filter; `a/b` has two. */
  maxTopicDepth: number
  maxClientIdLength: number
  maxConnections: number
  maxConnectionsPerAddress: number
  /** Sockets that are open but not let in yet. */
  maxUnauthenticated: number
  maxUnauthenticatedPerAddress: number
  connectTimeoutMs: number
  maxSubscriptions: number
  /** QoS 2 packet ids of one client that wait for PUBREL. */
  maxReceivedIds: number
  /** Payload bytes of one client that wait for their hook; above it the socket is not read. */
  maxClientInFlightBytes: number
  maxClientInFlightMessages: number
  /** Publishes of one client; who sends faster is read more slowly. */
  maxMessagesPerSecond: number
  /** Payload bytes that wait for their hooks, over all clients. */
  maxInFlightBytes: number
  /** Bytes of unfinished packets over all clients; who needs more is closed. */
  maxPartialBytes: number
  /** A packet that has begun has to be complete by then. */
  packetTimeoutMs: number
  /** Bytes that wait to be written to one subscriber; above half of it QoS 0 messages to it are dropped, above it the subscriber. */
  maxOutputBytes: number
  /** The same over all subscribers; above it the one with most is closed. */
  maxTotalOutputBytes: number
  /** A subscriber whose socket takes nothing for so long is closed. */
  frozenAfterMs: number
  /** Messages kept for one absent persistent session, and their payload bytes. */
  maxQueuedMessages: number
  maxQueuedBytes: number
  maxTotalQueuedBytes: number
  maxSessions: number
  maxSessionsPerUser: number
  /** Hours of running time after which an absent persistent session is forgotten. */
  sessionExpiryHours: number
  maxRetained: number
  maxRetainedBytes: number
  /** How long `close()` waits for hooks and output. */
  drainTimeoutMs: number
}

export const defaultLimits: Readonly<Limits> = Object.freeze({
  maxPacketBytes: 256 * 1024,
  maxConnectBytes: 8 * 1024,
  maxTopicBytes: 512,
  maxTopicDepth: 16,
  maxClientIdLength: 128,
  maxConnections: 20_000,
  maxConnectionsPerAddress: 12_000,
  maxUnauthenticated: 2000,
  maxUnauthenticatedPerAddress: 1000,
  connectTimeoutMs: 5000,
  maxSubscriptions: 200,
  maxReceivedIds: 1000,
  maxClientInFlightBytes: 1024 * 1024,
  maxClientInFlightMessages: 4096,
  maxMessagesPerSecond: 25_000,
  maxInFlightBytes: 64 * 1024 * 1024,
  maxPartialBytes: 64 * 1024 * 1024,
  packetTimeoutMs: 30_000,
  maxOutputBytes: 2 * 1024 * 1024,
  maxTotalOutputBytes: 128 * 1024 * 1024,
  frozenAfterMs: 1500,
  maxQueuedMessages: 1000,
  maxQueuedBytes: 1024 * 1024,
  maxTotalQueuedBytes: 64 * 1024 * 1024,
  maxSessions: 20_000,
  maxSessionsPerUser: 2000,
  sessionExpiryHours: 7 * 24,
  maxRetained: 100_000,
  maxRetainedBytes: 64 * 1024 * 1024,
  drainTimeoutMs: 2000,
})
