import { ProtocolViolation } from './errors.ts'
import type { InboundMessage } from './hooks.ts'
import { packet } from './packets.ts'
import { readText } from './topics.ts'

/** What is known of a topic on one connection. */
interface Topic {
  readonly name: string
  readonly bytes: Buffer
  readonly allowed: boolean
  readonly claimed: boolean
}

/** Messages that were handed over together and are acknowledged together. */
interface Flight {
  readonly messages: InboundMessage[]
  /** Packet type and id of each acknowledgement owed. */
  readonly acks: number[]
  bytes: number
  answered: boolean
  done: boolean
}

/** Where inbound messages go, and what one connection may do. */
export interface InboundHost {
  isTopic(name: string): boolean
  mayPublish(topic: string): boolean
  claims(topic: string): boolean
  intake(messages: readonly InboundMessage[], done: (error?: Error) => void): void
  publish(message: InboundMessage): Promise<void> | void
  /** Hands accepted messages to subscribers and keeps what is to be kept; `done` when acknowledging is honest. */
  distribute(messages: readonly InboundMessage[], acks: readonly number[], done: () => void): void
  send(bytes: Buffer): void
  /** In-flight accounting, may be negative. */
  inFlight(messages: number, bytes: number): void
  acknowledged(count: number): void
  notStored(error: Error, count: number, owed: boolean): void
  denied(topic: string): void
  /** A QoS 2 id was released by PUBREL. */
  released(id: number): void
}

const overhead = 64
const mostTopics = 1024

function sameBytes(bytes: Buffer, at: number, end: number, known: Buffer): boolean {
  const length = end - at
  if (length !== known.length) return false
  // From the end: topics of one client differ there.
  for (let i = length - 1; i >= 0; i--) if (bytes[at + i] !== known[i]) return false
  return true
}

/**
 * Publishes of one client, from bytes to acknowledgement: strict reading, rights, hand-over to the hooks, PUBACK and PUBREC
 * in the order the messages came [MQTT-4.6.0-2, 4.6.0-3], and not before the hook has answered. aedes sees a message only
 * to give it to subscribers.
 */
export class Inbound {
  readonly #host: InboundHost
  readonly #maxReceivedIds: number
  readonly #topics = new Map<string, Topic>()
  #lastTopic: Topic | undefined
  #batch: Flight | undefined
  readonly #flights: Flight[] = []
  /** QoS 2 ids that wait for PUBREL, and those of them whose PUBREC is still owed. */
  readonly #received: Set<number>
  readonly #owed = new Set<number>()

  constructor(host: InboundHost, options: { maxReceivedIds: number; receivedIds: Iterable<number> }) {
    this.#host = host
    this.#maxReceivedIds = options.maxReceivedIds
    this.#received = new Set(options.receivedIds)
  }

  /** Whether a message of this client waits for its hook. */
  get busy(): boolean {
    return this.#flights.length > 0 || this.#batch !== undefined
  }

  /** One PUBLISH; `first` is its first byte, its body is `[body, end)`. @throws ProtocolViolation */
  publish(first: number, bytes: Buffer, body: number, end: number): boolean {
    const qos = (first >> 1) & 3
    const dup = (first & 8) !== 0
    if (qos === 3 || (qos === 0 && dup)) throw new ProtocolViolation('malformed', 'PUBLISH flags') // [MQTT-3.3.1-2, -4]
    const name = body + 2
    const nameEnd = end - body < 2 ? end + 1 : name + ((bytes[body] << 8) | bytes[body + 1])
    const payload = qos === 0 ? nameEnd : nameEnd + 2
    if (payload > end) throw new ProtocolViolation('malformed', 'PUBLISH too short')
    const topic = this.#topic(bytes, name, nameEnd)
    if (!topic.allowed) {
      this.#host.denied(topic.name)
      return false
    }
    const id = qos === 0 ? 0 : (bytes[nameEnd] << 8) | bytes[nameEnd + 1]
    if (qos > 0 && id === 0) throw new ProtocolViolation('malformed', 'packet id 0') // [MQTT-2.3.1-1]
    if (qos === 2 && !this.#isNew(id)) return true
    const retain = (first & 1) !== 0
    const message = {
      topic: topic.name,
      payload: bytes.subarray(payload, end),
      qos: qos as 0 | 1 | 2,
      retain,
      dup,
    }
    const ack = qos === 0 ? 0 : ((qos === 1 ? packet.puback : packet.pubrec) << 16) | id
    // An empty retained message clears what is kept [MQTT-3.3.1-10]; it says nothing itself.
    if (topic.claimed && !(retain && payload === end)) this.#gather(message, ack)
    else this.#single(message, ack)
    return true
  }

  /** Hands over what has gathered; called when a read of the socket is done. */
  flush(): void {
    const flight = this.#batch
    if (flight === undefined) return
    this.#batch = undefined
    this.#take(flight)
    this.#host.intake(flight.messages, error => this.#answer(flight, error))
  }

  /** PUBREL. */
  release(id: number): void {
    if (this.#received.delete(id)) this.#host.released(id)
    this.#host.send(Buffer.from([0x70, 2, id >> 8, id & 255])) // PUBCOMP is owed in any case
  }

  #isNew(id: number): boolean {
    if (this.#received.has(id)) {
      // [MQTT-4.3.3-2]: the same message again. Its PUBREC comes when the hook has answered, or has come and was lost.
      if (!this.#owed.has(id)) this.#host.send(Buffer.from([0x50, 2, id >> 8, id & 255]))
      return false
    }
    if (this.#received.size >= this.#maxReceivedIds) throw new ProtocolViolation('qos2-window')
    this.#received.add(id)
    this.#owed.add(id)
    return true
  }

  #topic(bytes: Buffer, at: number, end: number): Topic {
    const last = this.#lastTopic
    if (last !== undefined && sameBytes(bytes, at, end, last.bytes)) return last
    const name = readText(bytes.subarray(at, end))
    if (name === undefined) throw new ProtocolViolation('bad-text')
    let topic = this.#topics.get(name)
    if (topic === undefined) {
      if (!this.#host.isTopic(name)) throw new ProtocolViolation('bad-topic')
      const allowed = this.#host.mayPublish(name)
      topic = {
        name,
        bytes: Buffer.from(bytes.subarray(at, end)),
        allowed,
        claimed: allowed && this.#host.claims(name),
      }
      if (this.#topics.size >= mostTopics) this.#topics.clear()
      this.#topics.set(name, topic)
    }
    this.#lastTopic = topic
    return topic
  }

  #gather(message: InboundMessage, ack: number): void {
    const flight = (this.#batch ??= newFlight())
    this.#add(flight, message, ack)
  }

  #single(message: InboundMessage, ack: number): void {
    this.flush()
    const flight = newFlight()
    this.#add(flight, message, ack)
    this.#take(flight)
    const agreed = () => this.#answer(flight)
    const refused = (error: Error) => this.#answer(flight, error)
    try {
      const answer = this.#host.publish(message)
      if (answer === undefined) agreed()
      else answer.then(agreed, refused)
    } catch (error) {
      refused(error as Error)
    }
  }

  #add(flight: Flight, message: InboundMessage, ack: number): void {
    flight.messages.push(message)
    if (ack !== 0) flight.acks.push(ack)
    flight.bytes += message.payload.length + overhead
  }

  #take(flight: Flight): void {
    this.#flights.push(flight)
    this.#host.inFlight(flight.messages.length, flight.bytes)
  }

  #answer(flight: Flight, error?: Error): void {
    if (flight.answered) return
    flight.answered = true
    this.#host.inFlight(-flight.messages.length, -flight.bytes)
    if (error === undefined) {
      this.#host.distribute(flight.messages, flight.acks, () => this.#finish(flight))
      return
    }
    this.#host.notStored(error, flight.messages.length, flight.acks.length > 0)
    // What nobody waits for is gone; whoever waits is disconnected by now and will send again.
    if (flight.acks.length === 0) this.#finish(flight)
  }

  #finish(flight: Flight): void {
    flight.done = true
    const acks: number[] = []
    while (this.#flights[0]?.done) for (const ack of this.#flights.shift()!.acks) acks.push(ack)
    if (acks.length > 0) this.#acknowledge(acks)
  }

  #acknowledge(acks: readonly number[]): void {
    const bytes = Buffer.allocUnsafe(acks.length * 4)
    let at = 0
    for (const ack of acks) {
      const id = ack & 0xffff
      bytes[at++] = (ack >> 16) << 4
      bytes[at++] = 2
      bytes[at++] = id >> 8
      bytes[at++] = id & 255
      if (ack >> 16 === packet.pubrec) this.#owed.delete(id)
    }
    this.#host.send(bytes)
    this.#host.acknowledged(acks.length)
  }
}

function newFlight(): Flight {
  return { messages: [], acks: [], bytes: 0, answered: false, done: false }
}
