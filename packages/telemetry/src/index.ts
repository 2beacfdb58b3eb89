export * from './batch.ts'
export { type DuckStore, type DuckStoreOptions, openDuckStore } from './duckdb/store.ts'
export * from './errors.ts'
export * from './store.ts'
