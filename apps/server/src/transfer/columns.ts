import { InvalidInput } from '@ohmstead/model'
import type { Columns } from './rows.ts'

/** Columns by name; a column can also be given by its number, from 1, as in files without a header. */
export function columnsOf(names: readonly string[] | number): Columns {
  const width = typeof names === 'number' ? names : names.length
  return {
    width,
    index(flag, column) {
      const byName = typeof names === 'number' ? -1 : names.indexOf(column)
      if (byName >= 0) return byName
      const number = Number(column)
      if (Number.isInteger(number) && number >= 1 && number <= width) return number - 1
      const there =
        typeof names === 'number' ? `the file has columns 1 to ${width}` : `the file has ${names.join(', ')}`
      throw new InvalidInput(flag, `there is no column '${column}'; ${there}`)
    },
  }
}
