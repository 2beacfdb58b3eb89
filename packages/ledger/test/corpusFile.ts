import type { EditBody } from '../src/index.ts'

/** One step of a corpus file, in the order written. Times are UTC milliseconds. */
export type Step =
  /** `isAhead`: stamped by a clock ahead of time; the present is not moved to it. */
  | {
      kind: 'readings'
      isAhead: boolean
      line: number
      field: string
      tags: Record<string, string>
      rows: [number, number][]
    }
  | { kind: 'slots'; line: number; rows: ExpectedSlots[] }
  | { kind: 'sums'; line: number; rows: ExpectedSum[] }
  | { kind: 'edit'; line: number; body: EditBody }
  | { kind: 'undo'; line: number }

export interface ExpectedSlots {
  line: number
  from: number
  to: number
  /** Wh; null unknown; undefined not said. */
  importWh: number | null | undefined
  exportWh: number | null | undefined
  coverage: number | undefined
  quality: string | undefined
  source: string | undefined
}

export interface ExpectedSum {
  line: number
  from: number
  to: number
  importWh: number | null | undefined
  exportWh: number | null | undefined
}

export interface Corpus {
  title: string
  zone: string
  ratedPowerW: number | null
  counterModulusWh: number | null
  steps: Step[]
}

const scale: Record<string, number> = { W: 1, kW: 1000, Wh: 1, kWh: 1000 }
const everyMs: Record<string, number> = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 }

/** Reads a table of readings and slots; the format is in `corpus/README.txt`. */
export function parseCorpus(text: string): Corpus {
  const reader = new CorpusReader()
  for (const [i, raw] of text.split('\n').entries()) reader.line(raw, i + 1)
  return reader.corpus
}

class CorpusReader {
  readonly corpus: Corpus = { title: '', zone: 'UTC', ratedPowerW: null, counterModulusWh: null, steps: [] }
  #day = '2026-01-15'
  #step: Step | null = null
  #factor = 1

  line(raw: string, line: number): void {
    if (raw.startsWith('#')) {
      if (this.corpus.title === '') this.corpus.title = raw.slice(1).trim()
      return
    }
    const words = raw.trim().split(/\s+/)
    if (words[0] === '') return
    if (/^\s/.test(raw)) this.#row(words, line)
    else this.#heading(words, line)
  }

  #heading(words: string[], line: number): void {
    const [name, ...rest] = words
    this.#step = null
    if (name === 'day') this.#day = rest[0]!
    else if (name === 'zone') this.corpus.zone = rest[0]!
    else if (name === 'rated') this.corpus.ratedPowerW = Number(rest[0]) * scale[rest[1]!]!
    else if (name === 'modulus') this.corpus.counterModulusWh = Number(rest[0]) * scale[rest[1]!]!
    else if (name === 'readings' || name === 'ahead') this.#readings(rest, line, name === 'ahead')
    else if (name === 'slots') this.#begin({ kind: 'slots', line, rows: [] })
    else if (name === 'sums') this.#begin({ kind: 'sums', line, rows: [] })
    else if (name === 'edit') this.#begin({ kind: 'edit', line, body: this.#edit(rest) })
    else if (name === 'undo') this.#begin({ kind: 'undo', line })
    else throw new Error(`line ${line}: unknown heading '${name}'`)
  }

  #begin(step: Step): void {
    this.#step = step
    this.corpus.steps.push(step)
  }

  /** readings FIELD in UNIT [tag=value …] */
  #readings([field, , unit, ...tags]: string[], line: number, isAhead: boolean): void {
    const pairs = tags.map(tag => tag.split('=') as [string, string])
    this.#factor = scale[unit!]!
    this.#begin({ kind: 'readings', isAhead, line, field: field!, tags: Object.fromEntries(pairs), rows: [] })
  }

  #row(words: string[], line: number): void {
    const step = this.#step
    if (step?.kind === 'readings') step.rows.push(...this.#samples(words))
    else if (step?.kind === 'slots') step.rows.push(this.#slots(words, line))
    else if (step?.kind === 'sums') step.rows.push(this.#sum(words, line))
    else throw new Error(`line ${line}: a row without a table`)
  }

  /** TIME VALUE, or TIME .. TIME every N UNIT: VALUE [+ STEP] */
  #samples(words: string[]): [number, number][] {
    const from = this.#time(words[0]!)
    if (words[1] !== '..') return [[from, this.#value(words[1]!)]]
    const to = this.#time(words[2]!)
    const every = Number(words[4]) * everyMs[words[5]!.replace(':', '')]!
    const first = Number(words[6])
    const step = words[7] === '+' ? Number(words[8]) : 0
    const rows: [number, number][] = []
    for (let i = 0, at = from; at <= to; i++, at += every) rows.push([at, (first + i * step) * this.#factor])
    return rows
  }

  #value(text: string): number {
    return Number(text) * this.#factor
  }

  /** TIME [.. TIME] IMPORT EXPORT COVERAGE QUALITY SOURCE; `-` unknown, `*` not said */
  #slots(words: string[], line: number): ExpectedSlots {
    const { from, to, rest } = this.#span(words, 900_000)
    const [imports, exports, coverage, quality, source] = rest
    return {
      line,
      from,
      to,
      importWh: energy(imports),
      exportWh: energy(exports),
      coverage: coverage === '*' || coverage === undefined ? undefined : Number(coverage),
      quality: quality === '*' ? undefined : quality,
      source: source === '*' ? undefined : source,
    }
  }

  #sum(words: string[], line: number): ExpectedSum {
    const { from, to, rest } = this.#span(words, 86_400_000)
    return { line, from, to, importWh: energy(rest[0]), exportWh: energy(rest[1]) }
  }

  #span(words: string[], length: number): { from: number; to: number; rest: string[] } {
    const from = this.#time(words[0]!)
    if (words[1] === '..') return { from, to: this.#time(words[2]!), rest: words.slice(3) }
    return { from, to: from + length, rest: words.slice(1) }
  }

  /** HH:MM[:SS[.mmm]], or YYYY-MM-DDTHH:MM[:SS], or YYYY-MM-DD; all UTC. 24:00 is the next midnight. */
  #time(text: string): number {
    if (/^\d{4}-\d\d-\d\d$/.test(text)) return Date.parse(`${text}T00:00:00Z`)
    if (text.includes('T')) return Date.parse(`${text}Z`)
    const [hours, minutes, seconds = '0'] = text.split(':')
    const ofDay = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
    return Date.parse(`${this.#day}T00:00:00Z`) + Math.round(ofDay * 1000)
  }

  /** exclude FROM TO · replaced AT [final WH] [initial WH] · counter AT WH · energy FROM TO WH; import only */
  #edit(words: string[]): EditBody {
    const [kind, a, b, c] = words as [string, string, string, string]
    if (kind === 'exclude') return { kind, from: this.#time(a), to: this.#time(b) }
    if (kind === 'counter') return { kind, at: this.#time(a), importWh: Number(b) }
    if (kind === 'energy') return { kind, from: this.#time(a), to: this.#time(b), importWh: Number(c) }
    if (kind !== 'replaced') throw new Error(`unknown edit '${kind}'`)
    const given = (name: string) =>
      words.includes(name) ? { importWh: Number(words[words.indexOf(name) + 1]) } : undefined
    const final = given('final')
    const initial = given('initial')
    return { kind, at: this.#time(a), ...(final && { final }), ...(initial && { initial }) }
  }
}

function energy(text: string | undefined): number | null | undefined {
  if (text === '*' || text === undefined) return undefined
  return text === '-' ? null : Number(text)
}
