const quote = '"'

/** The cells of one row. Quoted cells may hold the delimiter and doubled quotes. (RFC 4180) */
export function splitRow(row: string, delimiter: string): string[] {
  if (!row.includes(quote)) return row.split(delimiter)
  const cells: string[] = []
  for (let at = 0; at <= row.length; ) {
    if (row[at] !== quote) {
      const end = row.indexOf(delimiter, at)
      cells.push(row.slice(at, end === -1 ? row.length : end))
      if (end === -1) return cells
      at = end + delimiter.length
      continue
    }
    const end = closingQuote(row, at)
    cells.push(row.slice(at + 1, end).replaceAll('""', quote))
    at = row.indexOf(delimiter, end)
    if (at === -1) return cells
    at += delimiter.length
  }
  return cells
}

function closingQuote(row: string, opening: number): number {
  for (let at = opening + 1; ; at += 2) {
    at = row.indexOf(quote, at)
    if (at === -1) return row.length
    if (row[at + 1] !== quote) return at
  }
}

/** Whether a quoted cell goes on in the next line. */
export function isOpen(row: string): boolean {
  let quotes = 0
  for (let at = row.indexOf(quote); at !== -1; at = row.indexOf(quote, at + 1)) quotes++
  return quotes % 2 === 1
}

/** The delimiter that a header most likely has. */
export function guessDelimiter(header: string): string {
  const counts = [',', ';', '\t', '|'].map(each => ({ each, count: header.split(each).length }))
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).each
}
