import { type Clock, InvalidInput } from '@ohmstead/model'
import type { Bus } from './bus.ts'
import { busOn } from './busOn.ts'
import type { Deliver, Emitter } from './emitter.ts'
import type { Publication } from './lane.ts'
import { guarded } from './listener.ts'
import { isTopicFilter, isTopicName, type TopicLimits } from './topics.ts'

export interface EmbeddedBusOptions {
  emitter: Emitter
  retained(filter: string): Iterable<{ topic: string; payload: Buffer }>
  /** Sends a message through the broker; `done` when subscribers' queues and retained messages are kept. */
  publish(message: Publication, done: (error?: Error) => void): void
  /** Told what a listener threw. */
  trouble(error: Error): void
  limits: TopicLimits
  clock: Clock
}

/** The bus without a socket, for the process that holds the broker. It has all rights. */
export function embeddedBus(options: EmbeddedBusOptions): Bus {
  const { emitter, limits } = options
  return busOn(
    {
      publish(topic, payload, { qos, retain }) {
        if (!isTopicName(topic, limits))
          return Promise.reject(new InvalidInput('topic', 'not a topic one can publish to'))
        return new Promise((resolve, reject) => {
          options.publish({ topic, payload, qos, retain }, error =>
            error === undefined ? resolve() : reject(error),
          )
        })
      },
      async subscribe(filter, listener) {
        if (!isTopicFilter(filter, limits)) throw new InvalidInput('filter', 'not a topic filter')
        const tell = guarded(listener, options.trouble)
        const deliver: Deliver = ({ topic, payload }, done) => {
          tell({ topic, payload, retain: false })
          done()
        }
        const kept = [...options.retained(filter)]
        emitter.on(filter, deliver)
        for (const { topic, payload } of kept) tell({ topic, payload, retain: true })
        return async () => void emitter.removeListener(filter, deliver)
      },
      async close() {},
    },
    options.clock,
  )
}
