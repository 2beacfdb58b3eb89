/** The known word that a mistyped one is most like, or undefined when none is like it. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const lower = word.toLowerCase()
  const most = lower.length < 3 ? 0 : lower.length < 6 ? 1 : 2
  let best: string | undefined
  let least = most + 1
  for (const other of known) {
    if (other === word) continue
    const distance = other.toLowerCase() === lower ? 0 : distanceOf(lower, other.toLowerCase(), most)
    if (distance < least) [best, least] = [other, distance]
  }
  return best
}

/** `; did you mean 'x'?`, or nothing. */
export function hint(word: string, known: Iterable<string>): string {
  const near = nearest(word, known)
  return near === undefined ? '' : `; did you mean '${near}'?`
}

/** Letters to add, drop, change or swap with their neighbour; more than `most` is not counted further. */
function distanceOf(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2] + 1 : change
      next.push(Math.min(change, swap, row[j] + 1, next[j - 1] + 1))
    }
    ;[before, row] = [row, next]
  }
  return row[b.length]
}
