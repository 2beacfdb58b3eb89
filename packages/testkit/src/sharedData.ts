import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** Folder of the recorded measurements that tests and benchmarks read, or undefined where it is absent. */
export function sharedData(name: string): string | undefined {
  const root = process.env.OHMSTEAD_SHARED_DATA ?? resolve(import.meta.dirname, '../../../../shared/data')
  const path = join(root, name)
  if (existsSync(path)) return path
  console.log(`no recorded measurements at '${path}': what needs them is skipped`)
}
