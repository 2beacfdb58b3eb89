import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'

/** Before all tests of pages, once: tests run beside each other, and none may take the files away that another's server sends. */
export default function setup(): void {
  const root = resolve(import.meta.dirname, '../../..')
  // The test runner says `test` here, and React would be built for development.
  const env = { ...process.env, NODE_ENV: 'production' }
  const { status } = spawnSync(process.execPath, ['scripts/build.ts'], { cwd: root, env, stdio: 'inherit' })
  if (status !== 0) throw new Error('the dashboard could not be built')
}
