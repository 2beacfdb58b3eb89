import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Programs that tests and benchmarks start, and the Debian packages that bring them. */
const programs: Record<string, string> = {
  mosquitto: 'mosquitto',
  mosquitto_pub: 'mosquitto-clients',
  chromium: 'chromium',
  strace: 'strace',
  faketime: 'faketime',
}
const forBenchmarks: Record<string, string> = { influxd: 'influxdb' }

function found(program: string): boolean {
  const folders = `${process.env.PATH}${delimiter}/usr/sbin`.split(delimiter)
  return folders.some(folder => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** Installs what is missing where it can (Debian, root); says what stays missing, whose tests then skip. */
export function ensurePackages(options: { benchmarks?: boolean } = {}): void {
  const wanted = { ...programs, ...(options.benchmarks ? forBenchmarks : {}) }
  const absent = Object.keys(wanted).filter(program => !found(program))
  const packages = new Set(absent.map(program => wanted[program]))
  if (spawnSync('sh', ['-c', 'ls /usr/lib/postgresql/*/bin/initdb']).status !== 0) packages.add('postgresql')
  if (packages.size === 0) return
  const names = [...packages].join(' ')
  if (process.getuid?.() !== 0 || !found('apt-get')) {
    console.log(`not installed: ${names}; the tests that need them skip`)
    return
  }
  console.log(`installing ${names} …`)
  const quiet = {
    stdio: ['ignore', 'ignore', 'inherit'] as const,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  }
  spawnSync('apt-get', ['update', '-qq'], { ...quiet, stdio: [...quiet.stdio] })
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
    ...quiet,
    stdio: [...quiet.stdio],
  })
}
