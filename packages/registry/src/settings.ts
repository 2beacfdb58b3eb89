import type { Kysely } from 'kysely'
import type { Core } from './core.ts'
import type { Settings } from './registry.ts'
import type { Schema } from './schema.ts'

export function settingsOf(core: Core): Settings {
  return {
    get: key => core.read(db => read(db, key)),
    set: (by, key, value) =>
      core.write(async tx => {
        const before = await read(tx.db, key)
        const text = JSON.stringify(value)
        await tx.db
          .insertInto('settings')
          .values({ key, value: text })
          .onConflict(conflict => conflict.column('key').doUpdateSet({ value: text }))
          .execute()
        await tx.audit({ who: by, action: 'setting.set', what: `settings/${key}`, before, after: value })
      }),
    remove: (by, key) =>
      core.write(async tx => {
        const before = await read(tx.db, key)
        if (before === undefined) return
        await tx.db.deleteFrom('settings').where('key', '=', key).execute()
        await tx.audit({ who: by, action: 'setting.remove', what: `settings/${key}`, before })
      }),
  }
}

async function read(db: Kysely<Schema>, key: string): Promise<unknown> {
  const row = await db.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst()
  return row && JSON.parse(row.value)
}
