/** Builds the dashboard when its sources are newer than what was built; `npm start` and `npm run demo` call this. */
import { spawnSync } from 'node:child_process'
import { globSync, statSync } from 'node:fs'

const built = 'apps/dashboard/dist/index.html'
const sources = globSync(
  '{apps/dashboard,packages/{sdk,model}}/{src/**/*,index.html,package.json,vite.config.ts}',
)

const modified = (path: string) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
const newest = Math.max(...sources.map(modified))

if (modified(built) < newest) {
  console.error('building the dashboard, once; this takes some seconds …')
  const { status } = spawnSync('npm', ['run', '--silent', 'build', '--workspace', 'apps/dashboard'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  })
  process.exitCode = status ?? 1
}
