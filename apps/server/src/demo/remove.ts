import type { Ledger } from '@ohmstead/ledger'
import type { Registry } from '@ohmstead/registry'
import type { ReadingStore } from '@ohmstead/telemetry'
import { uninstall } from './install.ts'
import { demoSites } from './sites/index.ts'

export interface RemovalParts {
  readonly registry: Registry
  readonly store: ReadingStore
  readonly ledger: Ledger
}

/** Takes the demo's sites away with their devices, readings and energy, and waits until they are gone. */
export async function removeDemo({ registry, store, ledger }: RemovalParts): Promise<void> {
  await uninstall(registry)
  for (const { id } of demoSites) {
    await store.remove(store.select({ site: id }))
    await ledger.remove(id)
  }
}
