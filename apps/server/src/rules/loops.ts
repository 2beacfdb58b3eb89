import { catalogue, InvalidInput, type Rule } from '@ohmstead/model'
import type { Need } from './needs.ts'
import { type StoreAction, storeActions } from './rowStore.ts'
import { slotStream } from './slots.ts'

/** A rule by what it looks at and what it stores. */
export interface Flow {
  readonly id: string
  readonly needs: readonly Need[]
  readonly actions: Rule['actions']
}

/**
 * @param others rules of the site that store rows
 * @throws InvalidInput when a rule looks at what it stores, itself or by way of others: it would go on for ever
 */
export function requireNoLoop(own: Flow, others: () => readonly Flow[]): void {
  const [first] = storeActions(own)
  if (first === undefined) return
  const rest = others().filter(({ id }) => id !== own.id)
  const seen = new Set<Flow>()
  const follow = (from: Flow, path: readonly string[]): void => {
    for (const action of storeActions(from)) {
      if (own.needs.some(need => covers(need, action))) throw loop(own, action, path)
      for (const next of rest)
        if (!seen.has(next) && next.needs.some(need => covers(need, action))) {
          seen.add(next)
          follow(next, [...path, next.id])
        }
    }
  }
  follow(own, [])
}

function covers({ measurement, devices }: Need, stored: StoreAction): boolean {
  if (devices !== null && !devices.has(stored.device)) return false
  return measurement === stored.measurement || (measurement === slotStream && bearsEnergy(stored))
}

/** What is not in the catalogue bears none. */
function bearsEnergy({ measurement }: StoreAction): boolean {
  return Object.values(catalogue[measurement]?.fields ?? {}).some(({ energy }) => energy !== undefined)
}

function loop(
  { actions }: Flow,
  { device, measurement }: StoreAction,
  path: readonly string[],
): InvalidInput {
  const place = actions.findIndex(({ kind }) => kind === 'store')
  const way = path.length === 0 ? 'the rule' : `by way of ${path.map(id => `'${id}'`).join(', ')} the rule`
  return new InvalidInput(
    `actions.${place}`,
    `${way} looks at ${measurement} of '${device}' itself: name the devices that it shall look at`,
  )
}
