/** One measured figure, with what it is held to and what the peer did in the same minutes. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** Text, as in DESIGN.md section 8: `≥ 50 000 /s`. */
  readonly target?: string
  readonly met?: boolean
  readonly peer?: { readonly name: string; readonly value: number }
  readonly note?: string
}

export interface Benchmark {
  readonly name: string
  readonly title: string
  run(say: (line: string) => void): Promise<Figure[]>
}

export function figureLine({ name, value, unit, target, met, peer, note }: Figure): string {
  const against = peer
    ? ` · ${peer.name} ${shown(peer.value)} ${unit}, ratio ${shown(value / peer.value)}`
    : ''
  const held = target ? ` · target ${target}${met === undefined ? '' : met ? ', met' : ', NOT met'}` : ''
  return `${name}: ${shown(value)} ${unit}${held}${against}${note ? ` · ${note}` : ''}`
}

/** The figures as a Markdown table. */
export function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, unit, target, met, peer, note }) =>
    [
      name,
      `${shown(value)} ${unit}`,
      target ? `${target}${met === undefined ? '' : met ? ' ✓' : ' ✗'}` : '',
      peer ? `${peer.name}: ${shown(peer.value)} ${unit}` : '',
      peer ? shown(value / peer.value) : '',
      note ?? '',
    ].join(' | '),
  )
  return [
    '| | measured | target | peer | ratio | note |',
    '|---|---|---|---|---|---|',
    ...rows.map(row => `| ${row} |`),
  ].join('\n')
}

/** Three significant digits, thousands apart. */
export function shown(value: number): string {
  if (!Number.isFinite(value)) return '–'
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en').replaceAll(',', ' ')
  return String(Number(value.toPrecision(3)))
}

/** The q-th quantile of unsorted values, nearest rank. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]
}
