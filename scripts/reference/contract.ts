import { ReadingInput, topics } from '@ohmstead/model'
import { z } from 'zod'

/** A topic of the bus, who sends on it and what. The topics page and the AsyncAPI document are made of these. */
export interface Channel {
  readonly name: string
  readonly topic: string
  /** Seen from the platform: what it receives, sends itself, or passes on. */
  readonly direction: 'receive' | 'send' | 'relay'
  readonly from: string
  readonly to: string
  readonly summary: string
  readonly payload: object
}

const text = { type: 'string' }
const instant = { type: 'integer', description: 'Epoch milliseconds.' }
const energy = {
  type: ['integer', 'null'],
  description: 'Whole milliwatt-hours; null is unknown, never zero.',
}

const slot = {
  type: 'object',
  properties: {
    start: instant,
    importMilliWh: energy,
    exportMilliWh: energy,
    coverage: { type: 'number', minimum: 0, maximum: 1 },
    quality: text,
    source: text,
    revision: { type: 'integer' },
  },
  required: ['start', 'importMilliWh', 'exportMilliWh', 'coverage', 'quality', 'source', 'revision'],
}

const revision = {
  type: 'object',
  properties: {
    site: text,
    device: text,
    start: instant,
    before: { anyOf: [slot, { type: 'null' }] },
    after: slot,
    cause: { enum: ['late-reading', 'corrected-reading', 'edit', 'undo', 'rule', 'recompute'] },
    time: instant,
    who: { type: ['string', 'null'], description: 'Behind an edit; null for the ledger itself.' },
  },
  required: ['site', 'device', 'start', 'before', 'after', 'cause', 'time', 'who'],
}

const { $schema: _, ...reading } = z.toJSONSchema(ReadingInput, { io: 'input' })

export const channels: readonly Channel[] = [
  {
    name: 'readings',
    topic: topics.readings('{site}', '{device}'),
    direction: 'receive',
    from: 'device',
    to: 'platform',
    summary: 'A reading or an array of them. PUBACK follows the commit.',
    payload: { anyOf: [reading, { type: 'array', items: reading }] },
  },
  {
    name: 'status',
    topic: topics.status('{site}', '{device}'),
    direction: 'relay',
    from: 'device',
    to: 'subscribers',
    summary:
      'How the device is, retained: JSON with free fields. As last will: `{"state":"offline"}`. What can be is stored as readings of `status`.',
    payload: { type: 'object', properties: { state: text }, additionalProperties: true },
  },
  {
    name: 'commands',
    topic: topics.commands('{site}', '{device}'),
    direction: 'relay',
    from: 'operators',
    to: 'device',
    summary: 'An order to the device. `expires` is epoch milliseconds.',
    payload: {
      type: 'object',
      properties: {
        id: text,
        capability: text,
        value: { type: ['number', 'boolean', 'string'] },
        expires: instant,
      },
      required: ['id', 'capability', 'value'],
    },
  },
  {
    name: 'results',
    topic: topics.results('{site}', '{device}'),
    direction: 'relay',
    from: 'device',
    to: 'subscribers',
    summary: 'What became of an order: `acknowledged`, `observed` or `failed`.',
    payload: {
      type: 'object',
      properties: { id: text, state: { enum: ['acknowledged', 'observed', 'failed'] }, detail: text },
      required: ['id', 'state'],
    },
  },
  {
    name: 'slots',
    topic: topics.slots('{site}'),
    direction: 'send',
    from: 'platform',
    to: 'subscribers',
    summary: 'Final slots that changed: an array of revisions.',
    payload: { type: 'array', items: revision },
  },
  {
    name: 'powiot',
    topic: 'sensors/{name}',
    direction: 'receive',
    from: 'POWIOT',
    to: 'platform',
    summary:
      'The same payload as readings; the tags `house_id` and `device_name` or `sensor_name` name site and device.',
    payload: { anyOf: [reading, { type: 'array', items: reading }] },
  },
]
