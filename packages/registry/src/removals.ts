import { randomUUID } from 'node:crypto'
import type { Core, Write } from './core.ts'
import { Conflict } from './errors.ts'
import type { Removals } from './registry.ts'

export function removalsOf(core: Core): Removals {
  return {
    pending: () =>
      core.read(db => db.selectFrom('removals').selectAll().orderBy('time').orderBy('id').execute()),
    done: id =>
      core.write(async ({ db }) => void (await db.deleteFrom('removals').where('id', '=', id).execute())),
  }
}

/** Notes in the transaction of a removal that readings and energy have still to go. */
export async function noteRemoval(
  tx: Write,
  time: number,
  site: string,
  device: string | null,
): Promise<void> {
  await tx.db.insertInto('removals').values({ id: randomUUID(), site, device, time }).execute()
}

/** An id is not used anew before all of its former owner is gone. @throws Conflict */
export async function requireGone({ db }: Write, site: string, device: string | null): Promise<void> {
  const pending = await db
    .selectFrom('removals')
    .select('id')
    .where('site', '=', site)
    .where('device', device === null ? 'is' : '=', device)
    .executeTakeFirst()
  if (pending)
    throw new Conflict(
      'id',
      'the readings of what was removed under this id are still being deleted; try again shortly',
    )
}
