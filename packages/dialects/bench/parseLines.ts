import { type LineSink, parseLines } from '../src/index.ts'

// node packages/dialects/bench/parseLines.ts: values a second that one core reads, the store left out.

const now = Date.now()
const bodyLines = 5000

function body(series: number, fields: number): Buffer {
  const lines = Array.from({ length: bodyLines }, (_, i) => {
    const values = Array.from({ length: fields }, (_, f) => `field${f}=${((i * (f + 7)) % 9973) / 100}`)
    return `electricalMeter,device=plug-${i % series} ${values.join(',')} ${now - i * 1000}000000`
  })
  return Buffer.from(lines.join('\n'))
}

/** The best of many rounds: what else the machine does only makes it slower. */
function valuesPerSecond(bytes: Buffer): number {
  let best = 0
  for (let round = 0; round < 100; round++) {
    let sum = 0
    let columns = 0
    const sink: LineSink = {
      column: () => columns++,
      add: (_column, _time, value) => void (sum += value as number),
      refuse: (line, field, reason) => {
        throw new Error(`${line} ${field} ${reason}`)
      },
    }
    const started = performance.now()
    const { values } = parseLines(bytes, { now }, sink)
    best = Math.max(best, (values * 1000) / (performance.now() - started))
  }
  return best
}

for (const [series, fields] of [
  [50, 1],
  [50, 5],
  [100, 10],
  [bodyLines, 1],
] as const) {
  const rate = valuesPerSecond(body(series, fields)) / 1e6
  console.log(`${series} series × ${fields} fields, ${bodyLines} lines: ${rate.toFixed(2)} M values/s`)
}
