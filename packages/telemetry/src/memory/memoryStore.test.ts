import { conformance } from '../conformance.ts'
import { MemoryStore } from './memoryStore.ts'

conformance({ name: 'in memory', open: async () => new MemoryStore(), discard: async () => {} })
