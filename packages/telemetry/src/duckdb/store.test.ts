import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { conformance } from '../conformance.ts'
import type { ReadingStore } from '../store.ts'
import { type DuckStore, openDuckStore } from './store.ts'

const fileOf = (store: ReadingStore) => (store as DuckStore).file

conformance({
  name: 'DuckDB',
  open: () => openDuckStore({ dir: mkdtempSync(join(tmpdir(), 'ohmstead-store-')), background: false }),
  async reopen(store) {
    await (store as DuckStore).close()
    return openDuckStore({ file: fileOf(store), background: false })
  },
  async discard(store) {
    await (store as DuckStore).close()
    rmSync(dirname(fileOf(store)), { recursive: true })
  },
})
