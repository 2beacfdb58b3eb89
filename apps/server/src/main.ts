import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

// Sources run as they are written; what the types are stripped to is kept, so that only the first start pays for it.
enableCompileCache(join(import.meta.dirname, '../../../node_modules/.cache/ohmstead'))

// Queries of the store wait in the same pool as files and hashes; its size is fixed when it is first used.
process.env.UV_THREADPOOL_SIZE ??= '8'

const { main } = await import('./cli/main.ts')
await main()
