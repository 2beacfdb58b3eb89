import type { Rule, RuleAction, Value } from '@ohmstead/model'
import type { Registry } from '@ohmstead/registry'
import { RuleFault } from '@ohmstead/streams'
import type { Ingest } from '../ingest/ingest.ts'
import type { Output } from './run.ts'

export type StoreAction = Extract<RuleAction, { kind: 'store' }>

/** A row as the API takes readings. */
interface RowReading {
  readonly measurement: string
  readonly time: number
  readonly fields: Readonly<Record<string, Value>>
  readonly tags: Readonly<Record<string, string>>
}

/** Rows of one submission. */
const mostAtOnce = 1000

export const storeActions = ({ actions }: Pick<Rule, 'actions'>): StoreAction[] =>
  actions.filter(action => action.kind === 'store')

/**
 * Rows as readings: numbers, booleans and texts are fields; `device` and `key` say what a row is about and become tags, so that
 * rows of one time about several things are kept beside each other. The reading's time is the row's.
 */
export function readingsOf(rows: readonly Output[], measurement: string): RowReading[] {
  return rows.flatMap(({ time, row }) => {
    const fields: Record<string, Value> = {}
    const tags: Record<string, string> = {}
    for (const [name, value] of Object.entries(row))
      if (name === 'device' || name === 'key') tags[name] = String(value ?? '')
      else if (name !== 'time' && isValue(value)) fields[name] = value
    return Object.keys(fields).length === 0 ? [] : [{ measurement, time, fields, tags }]
  })
}

const isValue = (value: unknown): value is Value =>
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  (typeof value === 'number' && Number.isFinite(value))

/** Brings rows of rules in where devices bring their readings. The same rows again change nothing. */
export class RowStore {
  readonly #ingest: Pick<Ingest, 'submit'>
  readonly #registry: Pick<Registry, 'devices'>

  constructor(ingest: Pick<Ingest, 'submit'>, registry: Pick<Registry, 'devices'>) {
    this.#ingest = ingest
    this.#registry = registry
  }

  /**
   * Resolves when they are durable; what the device cannot take is refused as that of any device, and shown in its quarantine.
   * @throws RuleFault when the device is gone · StoreUnavailable · Overloaded: to be tried again
   */
  async keep({ site }: Pick<Rule, 'site'>, action: StoreAction, rows: readonly Output[]): Promise<void> {
    const { device, measurement } = action
    if (rows.length === 0) return
    if (!this.#registry.devices.known(site, device))
      throw new RuleFault(`there is no device '${device}', whose readings its rows are to be`)
    const origin = { principal: { kind: 'device', site, device }, via: 'rule' } as const
    const readings = readingsOf(rows, measurement)
    for (let at = 0; at < readings.length; at += mostAtOnce)
      await this.#ingest.submit(origin, readings.slice(at, at + mostAtOnce), { site, device })
  }
}
