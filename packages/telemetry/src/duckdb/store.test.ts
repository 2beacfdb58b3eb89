import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'vitest'
import { againstMap, conformance, type Subject } from '../conformance.ts'
import type { ReadingStore } from '../store.ts'
import { type DuckStore, type DuckStoreOptions, openDuckStore } from './store.ts'

const fileOf = (store: ReadingStore) => (store as DuckStore).file

function subject(name: string, options: DuckStoreOptions): Subject {
  return {
    name,
    open: () => openDuckStore({ dir: mkdtempSync(join(tmpdir(), 'ohmstead-store-')), ...options }),
    async reopen(store) {
      await (store as DuckStore).close()
      return openDuckStore({ file: fileOf(store), ...options })
    },
    async discard(store) {
      await (store as DuckStore).close()
      rmSync(dirname(fileOf(store)), { recursive: true })
    },
  }
}

conformance(subject('DuckDB', { background: false }))

test('with segments too large for memory, sealed and sorted all the time', async () => {
  await againstMap(subject('spilled', { segmentRows: 25, recentBytes: 480 }))
}, 120_000)
