/** The product while working on it: the server restarts when its sources change, the dashboard reloads by itself. */
import { type ChildProcess, spawn } from 'node:child_process'

const children: ChildProcess[] = [
  spawn(
    process.execPath,
    ['--watch-path=apps/server/src', '--watch-path=packages', 'apps/server/src/main.ts', 'serve'],
    {
      stdio: 'inherit',
    },
  ),
  spawn('npm', ['run', 'dev', '--workspace', 'apps/dashboard'], { stdio: 'inherit' }),
]

function stop(): void {
  for (const child of children) child.kill('SIGTERM')
}
process.on('SIGINT', stop)
process.on('SIGTERM', stop)
for (const child of children) child.on('exit', stop)
