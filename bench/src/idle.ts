import { readFileSync } from 'node:fs'
import { Platform, tempFolder } from '@ohmstead/testkit'
import { type Benchmark, quantile } from './report.ts'

/** How soon an empty platform is ready, and what it needs to do nothing. */
export const idle: Benchmark = {
  name: 'idle',
  title: 'Server, idle',
  async run() {
    const starts: number[] = []
    const sizes: number[] = []
    for (let round = 0; round < 5; round++) {
      using folder = tempFolder()
      const begun = performance.now()
      await using platform = await Platform.start(folder.path)
      starts.push(performance.now() - begun)
      await new Promise(settle => setTimeout(settle, 3000))
      sizes.push(residentMegabytes(platform.pid))
    }
    const ready = quantile(starts, 0.5)
    const size = quantile(sizes, 0.5)
    return [
      {
        name: 'from start to ready, empty',
        value: ready,
        unit: 'ms',
        target: '< 2000 ms',
        met: ready < 2000,
        note: 'median of 5',
      },
      { name: 'resident memory 3 s later', value: size, unit: 'MB', target: '≤ 180 MB', met: size <= 180 },
    ]
  },
}

/** Linux only, as the rest of the benchmarks. */
function residentMegabytes(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1024
}
