import { topics } from '@ohmstead/model'
import type { NewReading } from '../types.ts'
import { messages } from './messages.ts'
import { type Credentials, type Dial, open } from './session.ts'

/** A reading as it passes on the bus. */
export interface ObservedReading extends NewReading {
  readonly site: string
  readonly device: string
}

export interface ObserveOptions extends Credentials {
  readonly site: string
  /** Only this device; all of the site without it. */
  readonly device?: string
  readonly signal?: AbortSignal
  readonly dial?: Dial
}

/** Readings of a site while they pass, until `signal` aborts or the caller leaves the loop. */
export async function* observe({
  site,
  device = '+',
  signal,
  dial,
  ...credentials
}: ObserveOptions): AsyncGenerator<ObservedReading, void, void> {
  const client = await open(credentials, {}, { signal, dial })
  try {
    for await (const { topic, payload } of messages(client, topics.readings(site, device), {
      signal,
    })) {
      const from = topic.split('/')[3]!
      for (const reading of Array.isArray(payload) ? payload : [payload]) {
        if (isReading(reading)) yield { ...reading, site, device: from }
      }
    }
  } finally {
    await client.endAsync(true)
  }
}

function isReading(value: unknown): value is NewReading {
  return typeof value === 'object' && value !== null && 'measurement' in value && 'fields' in value
}
