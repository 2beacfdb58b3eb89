import type { Device, Energy } from '@ohmstead/sdk'
import type { EnergySearch, Grouping } from './search.ts'
import { type Segment, segmentsOf } from './segments.ts'
import { mostDevices } from './shown.ts'

/** How an answer becomes the segments that the page was asked for. */
export function splitOf(
  { device, place }: EnergySearch,
  grouping: Grouping,
  devices: readonly Device[],
): (energy: Energy) => Segment[] {
  const as =
    (kind: Segment['kind']) =>
    ({ groups }: Energy): Segment[] =>
      groups.map(({ key, buckets }) => ({ key, kind, buckets }))
  if (device !== undefined) return as('meter')
  if (grouping === 'site') return as('site')
  if (devices.length > mostDevices && place === undefined) return as('place')
  const tree = treeOf(devices)
  if (place === undefined) return ({ groups }) => segmentsOf(groups, grouping, tree)
  return ({ groups }) =>
    segmentsOf(groups, 'device', tree).filter(
      ({ kind, key }) => kind === 'meter' && tree.placeOf(key) === place,
    )
}

function treeOf(devices: readonly Device[]) {
  const byId = new Map(devices.map(device => [device.id, device]))
  return {
    parentOf: (id: string) => byId.get(id)?.submeterOf ?? null,
    placeOf: (id: string) => byId.get(id)?.place ?? '',
  }
}
