import { type ColumnDefinitionBuilder, type RawBuilder, sql } from 'kysely'

export type DatabaseType = 'sqlite' | 'postgres'
type Type = RawBuilder<unknown>
type Build = (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder

/** Where the two databases name the same thing differently. */
export interface Columns {
  /** Compared byte by byte, so that lists have one order everywhere. */
  readonly id: Type
  readonly real: Type
  /** Milliseconds. */
  readonly time: Type
  /** As the accounts keep dates and booleans. */
  readonly date: Type
  readonly boolean: Type
  /** A site's own: gone when the site goes. */
  readonly sites: Build
  /** 0 or 1, 0 when absent. */
  readonly flag: Build
  /** Statements that let a table's rows be added and nothing else. */
  appendOnly(table: string): string[]
}

const shared = {
  sites: (column: ColumnDefinitionBuilder) => column.notNull().references('sites.id').onDelete('cascade'),
  flag: (column: ColumnDefinitionBuilder) => column.notNull().defaultTo(0),
}

const sqlite: Columns = {
  ...shared,
  id: sql`text`,
  real: sql`real`,
  time: sql`integer`,
  date: sql`date`,
  boolean: sql`integer`,
  appendOnly: table =>
    ['update', 'delete'].map(
      verb =>
        `create trigger ${table}_no_${verb} before ${verb} on ${table} begin select raise(abort, '${table} is append-only'); end`,
    ),
}

const postgres: Columns = {
  ...shared,
  id: sql`text collate "C"`,
  real: sql`double precision`,
  time: sql`bigint`,
  date: sql`timestamptz`,
  boolean: sql`boolean`,
  appendOnly: table => [
    `create function ${table}_append_only() returns trigger language plpgsql as $$ begin raise exception '${table} is append-only'; end $$`,
    `create trigger ${table}_append_only before update or delete or truncate on ${table} for each statement execute function ${table}_append_only()`,
  ],
}

export const columnsOf = (type: DatabaseType): Columns => (type === 'sqlite' ? sqlite : postgres)
