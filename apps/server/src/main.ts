import { join } from 'node:path'
import { beginLoading } from './loading.ts'

beginLoading(join(import.meta.dirname, '../../../node_modules/.cache/ohmstead'))

// Queries of the store wait in the same pool as files and hashes; its size is fixed when it is first used.
process.env.UV_THREADPOOL_SIZE ??= '8'

const { main } = await import('./cli/main.ts')
await main()
