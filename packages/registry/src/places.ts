import { InvalidInput, Place, type PlacePatch } from '@ohmstead/model'
import type { Kysely } from 'kysely'
import type { Actor } from './actor.ts'
import type { Core, Write } from './core.ts'
import { pageOf, windowOf } from './cursor.ts'
import { type Directory, placeOf } from './directory.ts'
import { Conflict, NotFound } from './errors.ts'
import { given, parse } from './parse.ts'
import type { Places } from './registry.ts'
import type { Schema } from './schema.ts'
import { loadSite } from './sites.ts'

export function placesOf(core: Core, directory: Directory): Places {
  return {
    create: (by, site, input) => core.write(tx => createPlace(core, directory, tx, by, { ...input, site })),
    get: (site, id) => core.read(db => loadPlace(db, site, id)),
    list: (site, page) => {
      const window = windowOf<string>('places', page)
      return core.read(async db => {
        let query = db.selectFrom('places').selectAll().where('site', '=', site).orderBy('id')
        if (window.after !== null) query = query.where('id', '>', window.after)
        return pageOf(window, await query.limit(window.limit + 1).execute(), row => row.id, placeOf)
      })
    },
    update: (by, site, id, patch) => core.write(tx => updatePlace(core, directory, tx, by, site, id, patch)),
    remove: (by, site, id) => core.write(tx => removePlace(core, directory, tx, by, site, id)),
    known: directory.place,
    all: directory.places,
    within: (site, id) => directory.within(site, id),
  }
}

async function findPlace(db: Kysely<Schema>, site: string, id: string): Promise<Place | undefined> {
  const query = db.selectFrom('places').selectAll().where('site', '=', site).where('id', '=', id)
  const row = await query.executeTakeFirst()
  return row && placeOf(row)
}

async function loadPlace(db: Kysely<Schema>, site: string, id: string): Promise<Place> {
  const place = await findPlace(db, site, id)
  if (!place) throw new NotFound('place', id)
  return place
}

/** @throws InvalidInput naming `field` unless the site has this place */
export async function requirePlace(
  db: Kysely<Schema>,
  site: string,
  id: string,
  field: string,
): Promise<Place> {
  const place = await findPlace(db, site, id)
  if (!place) throw new InvalidInput(field, `there is no place '${id}' in this site`)
  return place
}

/** Walks up from the new parent: it must exist, and the place itself must not be met. */
async function checkParents(db: Kysely<Schema>, place: Place): Promise<void> {
  for (let parent = place.parent; parent !== null; ) {
    if (parent === place.id) throw new InvalidInput('parent', 'a place cannot lie inside itself')
    parent = (await requirePlace(db, place.site, parent, 'parent')).parent
  }
}

async function createPlace(
  core: Core,
  directory: Directory,
  tx: Write,
  by: Actor,
  input: unknown,
): Promise<Place> {
  const place = parse(Place, input)
  await loadSite(tx.db, place.site)
  if (await findPlace(tx.db, place.site, place.id)) throw new Conflict('id', 'there is a place with this id')
  await checkParents(tx.db, place)
  await tx.db.insertInto('places').values(place).execute()
  await tx.audit({ who: by, action: 'place.create', what: whatOf(place), site: place.site, after: place })
  keep(core, directory, tx, place)
  return place
}

async function updatePlace(
  core: Core,
  directory: Directory,
  tx: Write,
  by: Actor,
  site: string,
  id: string,
  patch: PlacePatch,
): Promise<Place> {
  const before = await loadPlace(tx.db, site, id)
  const after = parse(Place, { ...before, ...given(patch), site, id })
  await checkParents(tx.db, after)
  await tx.db.updateTable('places').set(after).where('site', '=', site).where('id', '=', id).execute()
  await tx.audit({ who: by, action: 'place.update', what: whatOf(after), site, before, after })
  keep(core, directory, tx, after)
  return after
}

async function removePlace(
  core: Core,
  directory: Directory,
  tx: Write,
  by: Actor,
  site: string,
  id: string,
): Promise<void> {
  const before = await loadPlace(tx.db, site, id)
  const children = tx.db.selectFrom('places').select('id').where('site', '=', site).where('parent', '=', id)
  if (await children.executeTakeFirst()) throw new Conflict('id', 'there are places inside this place')
  const inside = tx.db.updateTable('devices').set({ place: null }).where('site', '=', site)
  await inside.where('place', '=', id).execute()
  await tx.db.deleteFrom('places').where('site', '=', site).where('id', '=', id).execute()
  await tx.audit({ who: by, action: 'place.remove', what: whatOf(before), site, before })
  tx.committed(() => directory.removePlace(site, id))
  tx.committed(() => core.emit({ kind: 'place', site }))
}

const whatOf = (place: Place) => `sites/${place.site}/places/${place.id}`

function keep(core: Core, directory: Directory, tx: Write, place: Place): void {
  tx.committed(() => directory.putPlace(place))
  tx.committed(() => core.emit({ kind: 'place', site: place.site }))
}
