import { grouped } from './progress.ts'
import type { LineRefusal } from './rows.ts'

const shownLines = 8

/** Refusals counted by reason, with the first lines of each. */
export class Tally {
  #reasons = new Map<string, { count: number; lines: number[] }>()
  total = 0

  add({ line, field, reason }: LineRefusal): void {
    this.total++
    const key = field === '' ? reason : `${field}: ${reason}`
    const known = this.#reasons.get(key)
    if (!known) this.#reasons.set(key, { count: 1, lines: [line] })
    else {
      known.count++
      if (known.lines.length < shownLines) known.lines.push(line)
    }
  }

  /** A line for each reason, the commonest first. */
  report(): string[] {
    const reasons = [...this.#reasons].sort(([, a], [, b]) => b.count - a.count)
    const shown = reasons.slice(0, 20).map(([reason, { count, lines }]) => {
      const more = count > lines.length ? ', …' : ''
      return `  ${grouped(count)} × ${reason} (line ${lines.join(', ')}${more})`
    })
    if (reasons.length > 20) shown.push(`  … and ${reasons.length - 20} other reasons`)
    return shown
  }
}
