/**
 * Tables. Numbers and booleans (0, 1) and texts live apart, so that numbers stay three plain columns.
 *
 * | table | holds |
 * | --- | --- |
 * | meta, series, floors | format version; who the series are; before which instant a site ('*': all) is forgotten |
 * | segments, n_<id>, t_<id> | values in arrival order: numbers, texts |
 * | partitions, extents, p_<id>, x_<id>, r_<id> | sorted values: numbers, texts, cells; what each partition has of each series |
 *
 * Tables that `segments` and `partitions` do not name are left-overs of an interrupted compaction and are dropped.
 */
export const formatVersion = 1

export const schema = [
  'CREATE TABLE meta (key VARCHAR, value VARCHAR)',
  'CREATE TABLE series (id INTEGER, site VARCHAR, device VARCHAR, measurement VARCHAR, field VARCHAR, tags VARCHAR, type VARCHAR)',
  'CREATE TABLE floors (site VARCHAR, before BIGINT)',
  'CREATE TABLE segments (id INTEGER, rank INTEGER, opened_at BIGINT)',
  'CREATE TABLE partitions (id INTEGER, start BIGINT, stop BIGINT)',
  'CREATE TABLE extents (partition INTEGER, series INTEGER, rows BIGINT, first BIGINT, last BIGINT, tail DOUBLE, cell_ms INTEGER)',
  `INSERT INTO meta VALUES ('format', '${formatVersion}'), ('product', 'ohmstead telemetry')`,
]

/** Tables that are not the values themselves. */
export const lists = ['meta', 'series', 'floors', 'segments', 'partitions', 'extents'] as const

export const segmentTables = (id: number) => [`n_${int(id)}`, `t_${int(id)}`]
export const partitionTables = (id: number) => [`p_${int(id)}`, `x_${int(id)}`, `r_${int(id)}`]

const points = (type: string) => `(series INTEGER, time BIGINT, value ${type})`
const cells =
  '(series INTEGER, cell BIGINT, n INTEGER, total DOUBLE, least DOUBLE, most DOUBLE, head DOUBLE, tail DOUBLE,' +
  ' least_at INTEGER, most_at INTEGER, head_at INTEGER, tail_at INTEGER)'

export function createSegment(id: number): string[] {
  return [`CREATE TABLE n_${int(id)} ${points('DOUBLE')}`, `CREATE TABLE t_${int(id)} ${points('VARCHAR')}`]
}

export function createPartition(id: number): string[] {
  return [
    `CREATE TABLE p_${int(id)} ${points('DOUBLE')}`,
    `CREATE TABLE x_${int(id)} ${points('VARCHAR')}`,
    `CREATE TABLE r_${int(id)} ${cells}`,
  ]
}

export const dropTable = (name: string) => `DROP TABLE IF EXISTS ${name}`

/** The only way in which a number becomes part of a statement's text. Names never do: they stay in memory. */
export function int(value: number): string {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number: ${value}`)
  return String(value)
}

/** Restricts `series` to these ids; the bounds let the scan skip row groups. */
export function oneOf(ids: readonly number[], column = 'series'): string {
  if (ids.length === 1) return `${column} = ${int(ids[0])}`
  const least = ids.reduce((a, b) => Math.min(a, b))
  const most = ids.reduce((a, b) => Math.max(a, b))
  const range = `${column} BETWEEN ${int(least)} AND ${int(most)}`
  return most - least + 1 === ids.length ? range : `${range} AND ${column} IN (${ids.map(int).join(',')})`
}
