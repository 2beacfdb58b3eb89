import { Readable } from 'node:stream'
import type { Clock } from '@ohmstead/model'
import QlobberSub, { type StoredSubscription } from 'qlobber/aedes/qlobber-sub.js'
import { Journal } from './journal.ts'
import type { Limits } from './limits.ts'
import { TopicTree } from './topicTree.ts'

/** A packet as aedes keeps it. */
export interface StoredPacket {
  cmd: string
  topic: string
  payload: Buffer
  qos: 0 | 1 | 2
  retain: boolean
  dup: boolean
  brokerId?: string
  brokerCounter?: number
  messageId?: number
  clientId?: string
}

/** As much of aedes' client as is needed here. */
interface Client {
  id: string
  connecting?: boolean
}

interface Subscription {
  topic: string
  qos: 0 | 1 | 2
  rh?: number
  rap?: boolean
  nl?: boolean
}

interface Queued {
  seq: number
  key: string
  packet: StoredPacket
  bytes: number
  /** The last connection that has sent it; a queue emptied at connect and a live delivery must not both send it. */
  sentBy: number | undefined
}

/** What one persistent session has not taken yet, oldest first, found by the broker's or the client's number. */
class Queue {
  readonly byCounter = new Map<string, Queued>()
  readonly byMessageId = new Map<number, Queued>()
  bytes = 0
}

interface StoredSession {
  subscriptions: Map<string, Subscription>
  idleHours: number
}

type StoreLimits = Pick<
  Limits,
  | 'maxQueuedMessages'
  | 'maxQueuedBytes'
  | 'maxTotalQueuedBytes'
  | 'maxSessions'
  | 'maxSessionsPerUser'
  | 'sessionExpiryHours'
  | 'maxRetained'
  | 'maxRetainedBytes'
>

export interface SessionStoreOptions {
  file: string | undefined
  clock: Clock
  limits: StoreLimits
  trouble(error: Error): void
  /** Asked before a subscription is kept. */
  mayKeep?(client: object, filter: string, qos: 0 | 1 | 2): boolean
}

const counterKey = (packet: StoredPacket): string => `${packet.brokerId}:${packet.brokerCounter}`

/** The user part of a session's key, see `sessionKey`. */
const ownerOf = (client: string): string => client.slice(0, client.indexOf('|') + 1)

/**
 * What aedes has to remember: subscriptions and queues of persistent sessions, retained messages, wills. It works in
 * memory, bounded, and every answer is ready at once, which keeps messages in order; the journal brings the changes to disk.
 */
export class SessionStore {
  readonly #limits: StoreLimits
  readonly #journal: Journal
  readonly #mayKeep: NonNullable<SessionStoreOptions['mayKeep']>
  readonly #sessions = new Map<string, StoredSession>()
  readonly #sessionsOf = new Map<string, number>()
  readonly #trie = new QlobberSub({ wildcard_one: '+', wildcard_some: '#', separator: '/' })
  readonly #retained = new TopicTree<StoredPacket>()
  readonly #queues = new Map<string, Queue>()
  readonly #received = new Map<string, Map<number, StoredPacket>>()
  readonly #wills = new Map<string, StoredPacket>()
  /** Wills of clients that were connected when the last process ended. */
  #orphans: StoredPacket[] = []
  readonly #connections = new WeakMap<Client, number>()
  #lastConnection = 0
  #lastAdded: { client?: string; subscriptions?: Subscription[] } = {}
  #seq = 0
  #broker: { id: string } = { id: '' }
  /** Grows with every change of who is subscribed. */
  version = 0
  retainedBytes = 0
  queuedBytes = 0
  queued = 0
  droppedFromQueue = 0
  droppedRetained = 0

  constructor(options: SessionStoreOptions) {
    this.#limits = options.limits
    this.#journal = new Journal(options)
    this.#mayKeep = options.mayKeep ?? (() => true)
    this.#load()
  }

  // ---- beside aedes

  get retained(): number {
    return this.#retained.size
  }

  get sessions(): number {
    return this.#sessions.size
  }

  get writeFailures(): number {
    return this.#journal.failures
  }

  /** Resolves once all changes so far are committed. */
  committed(): Promise<void> {
    return this.#journal.committed()
  }

  /** Whether a change waits to be committed. */
  get dirty(): boolean {
    return this.#journal.dirty
  }

  /** Whether a persistent session, present or absent, wants `topic` at QoS 1 or 2. */
  hears(topic: string): boolean {
    return this.#trie.match(topic).length > 0
  }

  /** Whether a persistent session under this key exists or may be begun. */
  roomFor(client: string): boolean {
    if (this.#sessions.has(client)) return true
    const owned = this.#sessionsOf.get(ownerOf(client)) ?? 0
    return this.#sessions.size < this.#limits.maxSessions && owned < this.#limits.maxSessionsPerUser
  }

  receivedIds(client: string): number[] {
    return [...(this.#received.get(client)?.keys() ?? [])]
  }

  /** Hands over, once, the wills that the last process owed. */
  takeOrphanWills(): StoredPacket[] {
    const orphans = this.#orphans
    this.#orphans = []
    for (const will of orphans) this.#journal.write('removeWill', `w ${will.clientId}`, will.clientId!)
    return orphans
  }

  retainedFor(filter: string): Iterable<StoredPacket> {
    return this.#retained.select(filter)
  }

  /** Called once an hour of running time: forgets sessions whose client has been away too long. */
  anHourPassed(isConnected: (client: string) => boolean): void {
    for (const [client, session] of this.#sessions) {
      const idleHours = isConnected(client) ? 0 : session.idleHours + 1
      if (idleHours > this.#limits.sessionExpiryHours) this.#forget(client)
      else if (idleHours !== session.idleHours) this.#setIdle(client, session, idleHours)
    }
  }

  close(): void {
    this.#journal.close()
  }

  // ---- aedes' persistence

  async setup(broker: { id: string }): Promise<void> {
    this.#broker = broker
  }

  async destroy(): Promise<void> {
    this.#journal.close()
  }

  get broker(): unknown {
    return this.#broker
  }

  async storeRetained(packet: StoredPacket): Promise<void> {
    const { topic } = packet
    const known = this.#retained.get(topic)
    if (packet.payload.length === 0) return this.#removeRetained(topic, known)
    const grown = this.retainedBytes + packet.payload.length - (known?.payload.length ?? 0)
    const full = known === undefined && this.#retained.size >= this.#limits.maxRetained
    if (full || grown > this.#limits.maxRetainedBytes) {
      this.droppedRetained++
      // The old value must not be served as if it were the newest.
      return this.#removeRetained(topic, known)
    }
    const kept = { ...packet, payload: Buffer.from(packet.payload) }
    this.retainedBytes = grown
    this.#retained.set(topic, kept)
    this.#journal.write('putRetained', `r ${topic}`, topic, packet.qos, kept.payload)
  }

  #removeRetained(topic: string, known: StoredPacket | undefined): void {
    if (known === undefined) return
    this.retainedBytes -= known.payload.length
    this.#retained.delete(topic)
    this.#journal.write('removeRetained', `r ${topic}`, topic)
  }

  createRetainedStream(filter: string): Readable {
    return Readable.from(this.#retained.select(filter))
  }

  createRetainedStreamCombi(filters: string[]): Readable {
    return Readable.from(this.#selectAll(filters))
  }

  *#selectAll(filters: string[]): Generator<StoredPacket> {
    for (const filter of filters) yield* this.#retained.select(filter)
  }

  async addSubscriptions(client: Client, subscriptions: Subscription[]): Promise<void> {
    // aedes hands over the whole SUBSCRIBE once for each of its filters.
    const { client: before, subscriptions: same } = this.#lastAdded
    if (before !== client.id || same !== subscriptions) this.#addAll(client, subscriptions)
    this.#lastAdded = { client: client.id, subscriptions }
    await this.committed()
  }

  #addAll(client: Client, subscriptions: Subscription[]): void {
    const session = this.#begin(client.id)
    for (const { topic, qos, rh, rap, nl, ...rest } of subscriptions) {
      if (!this.#mayKeep(client, topic, qos)) continue
      const before = session.subscriptions.get(topic)
      const options = { qos, rh, rap, nl, ...rest }
      if (qos > 0) this.#trie.add(topic, { clientId: client.id, topic, qos, rh, rap, nl })
      else if ((before?.qos ?? 0) > 0) this.#trie.remove(topic, { clientId: client.id, topic })
      session.subscriptions.set(topic, { topic, ...options })
      this.#journal.write(
        'putSubscription',
        `s ${client.id} ${topic}`,
        client.id,
        topic,
        JSON.stringify(options),
      )
    }
    this.version++
  }

  #begin(client: string): StoredSession {
    const known = this.#sessions.get(client)
    if (known !== undefined) {
      if (known.idleHours > 0) this.#setIdle(client, known, 0)
      return known
    }
    const session: StoredSession = { subscriptions: new Map(), idleHours: 0 }
    this.#sessions.set(client, session)
    const owner = ownerOf(client)
    this.#sessionsOf.set(owner, (this.#sessionsOf.get(owner) ?? 0) + 1)
    this.#setIdle(client, session, 0)
    return session
  }

  #setIdle(client: string, session: StoredSession, idleHours: number): void {
    session.idleHours = idleHours
    this.#journal.write('putSession', `c ${client}`, client, idleHours)
  }

  async removeSubscriptions(client: Client, filters: string[]): Promise<void> {
    const session = this.#sessions.get(client.id)
    if (session === undefined) return
    for (const filter of filters) this.#removeSubscription(client.id, session, filter)
    if (session.subscriptions.size === 0) this.#end(client.id)
    this.version++
    await this.committed()
  }

  #removeSubscription(client: string, session: StoredSession, filter: string): void {
    this.#lastAdded = {}
    const known = session.subscriptions.get(filter)
    if (known === undefined) return
    if (known.qos > 0) this.#trie.remove(filter, { clientId: client, topic: filter })
    session.subscriptions.delete(filter)
    this.#journal.write('removeSubscription', `s ${client} ${filter}`, client, filter)
  }

  #end(client: string): void {
    if (!this.#sessions.delete(client)) return
    const owner = ownerOf(client)
    const left = (this.#sessionsOf.get(owner) ?? 1) - 1
    if (left > 0) this.#sessionsOf.set(owner, left)
    else this.#sessionsOf.delete(owner)
    this.#journal.write('removeSession', `c ${client}`, client)
  }

  async subscriptionsByClient(client: Client): Promise<Subscription[]> {
    return [...(this.#sessions.get(client.id)?.subscriptions.values() ?? [])]
  }

  async subscriptionsByTopic(topic: string): Promise<StoredSubscription[]> {
    return this.#trie.match(topic)
  }

  async countOffline(): Promise<{ subsCount: number; clientsCount: number }> {
    return { subsCount: this.#trie.subscriptionsCount, clientsCount: this.#sessions.size }
  }

  /** Ends a session for good: its subscriptions and also what waited for it. */
  async cleanSubscriptions(client: Client): Promise<void> {
    if (!this.#sessions.has(client.id) && !this.#queues.has(client.id)) return
    this.#forget(client.id)
    await this.committed()
  }

  #forget(client: string): void {
    const session = this.#sessions.get(client)
    if (session !== undefined) {
      for (const filter of [...session.subscriptions.keys()])
        this.#removeSubscription(client, session, filter)
      this.#end(client)
      this.version++
    }
    const queue = this.#queues.get(client)
    for (const entry of queue?.byCounter.values() ?? []) this.#dequeue(client, queue!, entry)
    void this.cleanIncoming({ id: client })
  }

  async outgoingEnqueue(subscription: { clientId: string }, packet: StoredPacket): Promise<void> {
    this.#enqueue(subscription.clientId, packet, Buffer.from(packet.payload))
  }

  async outgoingEnqueueCombi(
    subscriptions: { clientId: string; qos?: 0 | 1 | 2 }[],
    packet: StoredPacket,
  ): Promise<void> {
    if (subscriptions.length === 0) return
    // Copied once: the message may be a view into a receive buffer.
    const payload = Buffer.from(packet.payload)
    for (const { clientId, qos = 2 } of subscriptions) {
      this.#enqueue(clientId, qos < packet.qos ? { ...packet, qos } : packet, payload)
    }
  }

  #enqueue(client: string, packet: StoredPacket, payload: Buffer): void {
    let queue = this.#queues.get(client)
    if (queue === undefined) this.#queues.set(client, (queue = new Queue()))
    // Two of its subscriptions match: one copy will do.
    if (queue.byCounter.has(counterKey(packet))) return
    const bytes = payload.length + packet.topic.length + 64
    if (this.#isFull(queue, bytes)) {
      this.droppedFromQueue++
      return
    }
    const kept = copyOf(packet, payload)
    const entry = { seq: ++this.#seq, key: counterKey(packet), packet: kept, bytes, sentBy: undefined }
    this.#place(queue, entry)
    this.#saveQueued(client, entry)
  }

  #isFull(queue: Queue, bytes: number): boolean {
    const { maxQueuedMessages, maxQueuedBytes, maxTotalQueuedBytes } = this.#limits
    if (queue.byCounter.size >= maxQueuedMessages) return true
    return queue.bytes + bytes > maxQueuedBytes || this.queuedBytes + bytes > maxTotalQueuedBytes
  }

  #place(queue: Queue, entry: Queued): void {
    queue.byCounter.set(entry.key, entry)
    queue.bytes += entry.bytes
    this.queuedBytes += entry.bytes
    this.queued++
  }

  #saveQueued(client: string, { seq, packet }: Queued): void {
    const { payload, ...head } = packet
    this.#journal.write('putQueued', `q ${seq}`, seq, client, JSON.stringify(head), payload ?? null)
  }

  #dequeue(client: string, queue: Queue, entry: Queued): void {
    queue.byCounter.delete(entry.key)
    if (entry.packet.messageId !== undefined) queue.byMessageId.delete(entry.packet.messageId)
    queue.bytes -= entry.bytes
    this.queuedBytes -= entry.bytes
    this.queued--
    if (queue.byCounter.size === 0) this.#queues.delete(client)
    this.#journal.write('removeQueued', `q ${entry.seq}`, entry.seq)
  }

  /**
   * A queued message got its packet id, or its PUBREC came and only the PUBREL is left. A message that was not kept because
   * the queue is full is not known here; it was sent all the same.
   */
  async outgoingUpdate(client: Client, packet: StoredPacket): Promise<void> {
    const queue = this.#queues.get(client.id)
    if (queue === undefined) return
    const sent = packet.brokerId === undefined ? undefined : queue.byCounter.get(counterKey(packet))
    if (sent !== undefined) {
      if (sent.packet.messageId !== undefined) queue.byMessageId.delete(sent.packet.messageId)
      sent.packet.messageId = packet.messageId
      sent.sentBy = this.#connectionOf(client)
      queue.byMessageId.set(packet.messageId!, sent)
      this.#saveQueued(client.id, sent)
      return
    }
    const answered = packet.cmd === 'pubrel' ? queue.byMessageId.get(packet.messageId!) : undefined
    if (answered === undefined) return
    answered.packet = { cmd: packet.cmd, messageId: packet.messageId } as StoredPacket
    this.#saveQueued(client.id, answered)
  }

  async outgoingClearMessageId(
    client: Client,
    packet: { messageId?: number },
  ): Promise<StoredPacket | undefined> {
    const queue = this.#queues.get(client.id)
    const entry = packet.messageId === undefined ? undefined : queue?.byMessageId.get(packet.messageId)
    if (queue === undefined || entry === undefined) return undefined
    this.#dequeue(client.id, queue, entry)
    return entry.packet
  }

  outgoingStream(client: Client): Readable {
    const waiting = [...(this.#queues.get(client.id)?.byCounter.values() ?? [])]
    if (client.connecting !== true) return Readable.from(waiting.map(({ packet }) => packet))
    const connection = this.#connectionOf(client)
    const due = waiting.filter(({ sentBy }) => sentBy !== connection)
    // What an earlier connection has sent already carries DUP. [MQTT-3.3.1-1]
    const packets = due.map(({ packet, sentBy }) => (sentBy === undefined ? packet : again(packet)))
    for (const entry of due) entry.sentBy = connection
    return Readable.from(packets)
  }

  /** Whether a live message is to be sent to this connection; not if it goes out with the queue. */
  claim(client: Client, packet: StoredPacket): boolean {
    const entry = this.#queues.get(client.id)?.byCounter.get(counterKey(packet))
    if (entry === undefined) return true
    const connection = this.#connectionOf(client)
    if (entry.sentBy === connection) return false
    entry.sentBy = connection
    return true
  }

  /** The packet id given last to what this session has not acknowledged; ids for new messages go on from there. */
  lastPacketId(client: string): number | undefined {
    let last: number | undefined
    for (const id of this.#queues.get(client)?.byMessageId.keys() ?? []) last = id
    return last
  }

  #connectionOf(client: Client): number {
    let number = this.#connections.get(client)
    if (number === undefined) {
      number = ++this.#lastConnection
      this.#connections.set(client, number)
    }
    return number
  }

  async incomingStorePacket(client: Client, packet: StoredPacket): Promise<void> {
    let store = this.#received.get(client.id)
    if (store === undefined) this.#received.set(client.id, (store = new Map()))
    store.set(packet.messageId!, { ...copyOf(packet, packet.payload), messageId: packet.messageId })
    this.#journal.write('putReceived', `i ${client.id} ${packet.messageId}`, client.id, packet.messageId!)
  }

  async incomingGetPacket(client: Client, packet: { messageId: number }): Promise<StoredPacket> {
    const found = this.#received.get(client.id)?.get(packet.messageId)
    if (found === undefined) throw new Error('no such packet')
    return found
  }

  async incomingDelPacket(client: Client, packet: { messageId: number }): Promise<void> {
    const store = this.#received.get(client.id)
    if (store === undefined || !store.delete(packet.messageId)) throw new Error('no such packet')
    if (store.size === 0) this.#received.delete(client.id)
    this.#journal.write('removeReceived', `i ${client.id} ${packet.messageId}`, client.id, packet.messageId)
  }

  async cleanIncoming(client: Client): Promise<void> {
    for (const id of this.#received.get(client.id)?.keys() ?? []) {
      this.#journal.write('removeReceived', `i ${client.id} ${id}`, client.id, id)
    }
    this.#received.delete(client.id)
  }

  async putWill(client: Client, will: StoredPacket): Promise<void> {
    will.clientId = client.id
    will.brokerId = this.#broker.id
    this.#wills.set(client.id, will)
    const { topic, qos, retain, payload } = will
    this.#journal.write('putWill', `w ${client.id}`, client.id, topic, qos, retain ? 1 : 0, payload)
  }

  async getWill(client: Client): Promise<StoredPacket | undefined> {
    return this.#wills.get(client.id)
  }

  async delWill(client: Client): Promise<StoredPacket | undefined> {
    const will = this.#wills.get(client.id)
    if (!this.#wills.delete(client.id)) return undefined
    this.#journal.write('removeWill', `w ${client.id}`, client.id)
    return will
  }

  streamWill(brokers: Record<string, unknown> = {}): Readable {
    return Readable.from([...this.#wills.values()].filter(will => brokers[will.brokerId ?? ''] === undefined))
  }

  getClientList(filter: string): Readable {
    const clients = [...this.#sessions].filter(([, session]) => session.subscriptions.has(filter))
    return Readable.from(clients.map(([client]) => client))
  }

  // ---- from disk

  #load(): void {
    for (const row of this.#journal.rows('SELECT client, idle_hours FROM sessions')) this.#loadSession(row)
    for (const row of this.#journal.rows('SELECT * FROM subscriptions')) this.#loadSubscription(row)
    for (const row of this.#journal.rows('SELECT * FROM retained')) this.#loadRetained(row)
    for (const row of this.#journal.rows('SELECT * FROM queue ORDER BY seq')) this.#loadQueued(row)
    for (const row of this.#journal.rows('SELECT * FROM received')) this.#loadReceived(row)
    this.#orphans = this.#journal
      .rows('SELECT * FROM wills')
      .map(row => ({ ...storedMessage(row), clientId: String(row.client) }))
  }

  #loadSession(row: Row): void {
    const client = String(row.client)
    this.#sessions.set(client, { subscriptions: new Map(), idleHours: Number(row.idle_hours) })
    this.#sessionsOf.set(ownerOf(client), (this.#sessionsOf.get(ownerOf(client)) ?? 0) + 1)
  }

  #loadSubscription(row: Row): void {
    const client = String(row.client)
    const topic = String(row.filter)
    const subscription = { topic, ...JSON.parse(String(row.options)) } as Subscription
    this.#sessions.get(client)?.subscriptions.set(topic, subscription)
    if (subscription.qos > 0) this.#trie.add(topic, { clientId: client, ...subscription })
  }

  #loadRetained(row: Row): void {
    const packet = storedMessage({ ...row, retain: 1 })
    this.#retained.set(packet.topic, packet)
    this.retainedBytes += packet.payload.length
  }

  #loadQueued(row: Row): void {
    const client = String(row.client)
    const head = JSON.parse(String(row.packet)) as StoredPacket
    const packet = row.payload === null ? head : { ...head, payload: Buffer.from(row.payload as Uint8Array) }
    let queue = this.#queues.get(client)
    if (queue === undefined) this.#queues.set(client, (queue = new Queue()))
    const bytes = (packet.payload?.length ?? 0) + (packet.topic?.length ?? 0) + 64
    const sentBy = packet.messageId === undefined ? undefined : 0
    const entry = { seq: Number(row.seq), key: `${row.seq}`, packet, bytes, sentBy }
    if (packet.brokerId !== undefined) entry.key = counterKey(packet)
    this.#seq = entry.seq
    this.#place(queue, entry)
    if (packet.messageId !== undefined) queue.byMessageId.set(packet.messageId, entry)
  }

  #loadReceived(row: Row): void {
    const client = String(row.client)
    const store = this.#received.get(client) ?? new Map<number, StoredPacket>()
    this.#received.set(client, store)
    store.set(Number(row.id), {
      cmd: 'publish',
      topic: '',
      payload: Buffer.alloc(0),
      qos: 2,
      retain: false,
      dup: false,
    })
  }
}

type Row = Record<string, unknown>

function copyOf(packet: StoredPacket, payload: Buffer): StoredPacket {
  const { cmd, topic, qos, retain, dup = false, brokerId, brokerCounter } = packet
  return { cmd, topic, payload, qos, retain, dup, brokerId, brokerCounter, messageId: undefined }
}

function again(packet: StoredPacket): StoredPacket {
  return packet.cmd === 'publish' ? { ...packet, dup: true } : packet
}

function storedMessage(row: Row): StoredPacket {
  return {
    cmd: 'publish',
    topic: String(row.topic),
    payload: Buffer.from(row.payload as Uint8Array),
    qos: Number(row.qos) as 0 | 1 | 2,
    retain: Number(row.retain) === 1,
    dup: false,
  }
}
