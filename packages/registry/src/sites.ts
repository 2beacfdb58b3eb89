import { type Role, Site, type SitePatch } from '@ohmstead/model'
import type { Kysely } from 'kysely'
import type { Actor } from './actor.ts'
import type { Core, Write } from './core.ts'
import { pageOf, windowOf } from './cursor.ts'
import { type Directory, siteOf, siteRow } from './directory.ts'
import { Conflict, NotFound } from './errors.ts'
import { given, parse, parseZone } from './parse.ts'
import type { Sites } from './registry.ts'
import { noteRemoval, requireGone } from './removals.ts'
import type { Schema } from './schema.ts'

export function sitesOf(core: Core, directory: Directory): Sites {
  return {
    create: (by, input) => core.write(tx => createSite(core, directory, tx, by, input)),
    get: id => core.read(db => loadSite(db, id)),
    list: page => {
      const window = windowOf<string>('sites', page)
      const only = page?.only && [...page.only]
      // PostgreSQL knows no empty list.
      if (only?.length === 0) return Promise.resolve({ items: [], next: null })
      return core.read(async db => {
        let query = db.selectFrom('sites').selectAll().orderBy('id')
        if (only) query = query.where('id', 'in', only)
        if (window.after !== null) query = query.where('id', '>', window.after)
        return pageOf(window, await query.limit(window.limit + 1).execute(), row => row.id, siteOf)
      })
    },
    update: (by, id, patch) => core.write(tx => updateSite(core, directory, tx, by, id, patch)),
    remove: (by, id) => core.write(tx => removeSite(core, directory, tx, by, id)),
    known: directory.site,
    all: directory.sites,
  }
}

/** @throws NotFound */
export async function loadSite(db: Kysely<Schema>, id: string): Promise<Site> {
  const row = await db.selectFrom('sites').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw new NotFound('site', id)
  return siteOf(row)
}

function parseSite(input: unknown): Site {
  const site = parse(Site, input)
  parseZone(site.timezone)
  return site
}

async function createSite(
  core: Core,
  directory: Directory,
  tx: Write,
  by: Actor,
  input: unknown,
): Promise<Site> {
  const site = parseSite(input)
  const taken = await tx.db.selectFrom('sites').select('id').where('id', '=', site.id).executeTakeFirst()
  if (taken) throw new Conflict('id', 'there is a site with this id')
  await requireGone(tx, site.id, null)
  await tx.db.insertInto('sites').values(siteRow(site)).execute()
  await tx.audit({ who: by, action: 'site.create', what: `sites/${site.id}`, site: site.id, after: site })
  if (by.kind === 'person') await makeOwner(core, tx, by, site.id)
  tx.committed(() => directory.putSite(site))
  announce(core, tx, site.id)
  return site
}

async function makeOwner(core: Core, tx: Write, by: Actor, site: string): Promise<void> {
  const role: Role = 'owner'
  const known = await tx.db.selectFrom('people').select('id').where('id', '=', by.id).executeTakeFirst()
  if (!known) return
  await tx.db
    .insertInto('members')
    .values({ site, person: by.id, role, created_at: core.clock.now() })
    .execute()
  const what = `sites/${site}/members/${by.id}`
  await tx.audit({ who: by, action: 'member.set', what, site, after: { role } })
  tx.committed(() => core.emit({ kind: 'member', site, person: by.id }))
}

async function updateSite(
  core: Core,
  directory: Directory,
  tx: Write,
  by: Actor,
  id: string,
  patch: SitePatch,
): Promise<Site> {
  const before = await loadSite(tx.db, id)
  const after = parseSite({ ...before, ...given(patch), id })
  await tx.db.updateTable('sites').set(siteRow(after)).where('id', '=', id).execute()
  await tx.audit({ who: by, action: 'site.update', what: `sites/${id}`, site: id, before, after })
  tx.committed(() => directory.putSite(after))
  announce(core, tx, id)
  return after
}

async function removeSite(core: Core, directory: Directory, tx: Write, by: Actor, id: string): Promise<void> {
  const before = await loadSite(tx.db, id)
  await tx.db.deleteFrom('sites').where('id', '=', id).execute()
  await noteRemoval(tx, core.clock.now(), id, null)
  await tx.audit({ who: by, action: 'site.remove', what: `sites/${id}`, site: id, before })
  tx.committed(() => directory.removeSite(id))
  announce(core, tx, id)
}

function announce(core: Core, tx: Write, site: string): void {
  tx.committed(() => core.emit({ kind: 'site', site }))
}
