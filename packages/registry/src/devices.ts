import { Device, type DevicePatch, InvalidInput } from '@ohmstead/model'
import type { Kysely } from 'kysely'
import type { Actor } from './actor.ts'
import type { Core, Write } from './core.ts'
import { pageOf, windowOf } from './cursor.ts'
import { type Directory, deviceOf, deviceRow } from './directory.ts'
import { Conflict, NotFound } from './errors.ts'
import { given, parse } from './parse.ts'
import { requirePlace } from './places.ts'
import type { DeviceFilter, Devices, Page } from './registry.ts'
import { noteRemoval, requireGone } from './removals.ts'
import type { Schema } from './schema.ts'
import { loadSite } from './sites.ts'

const mostOnFirstSight = 10_000

export function devicesOf(core: Core, directory: Directory): Devices {
  return {
    create: (by, site, input) => core.write(tx => createDevice(core, directory, tx, by, { ...input, site })),
    createOnFirstSight: async (by, site, id, about) =>
      directory.device(site, id) ??
      core.write(async tx => {
        const name = about?.name ?? id
        const type = about?.type ?? null
        const there = await findDevice(tx.db, site, id)
        if (!there) {
          checkRoom(directory, site)
          return createDevice(core, directory, tx, by, { id, site, name, type })
        }
        // Another process made it.
        tx.committed(() => directory.putDevice(there))
        return there
      }),
    get: (site, id) => core.read(db => loadDevice(db, site, id)),
    list: (site, filter) => listDevices(core, directory, site, filter),
    update: (by, site, id, patch) => core.write(tx => updateDevice(core, directory, tx, by, site, id, patch)),
    remove: (by, site, id) => core.write(tx => removeDevice(core, directory, tx, by, site, id)),
    known: directory.device,
    all: directory.devices,
  }
}

/** Nobody decides on a device that makes itself known, so a sender that makes names up is stopped here. */
function checkRoom(directory: Directory, site: string): void {
  if (directory.devices(site).length < mostOnFirstSight) return
  throw new Conflict('device', `the site has ${mostOnFirstSight} devices; more have to be created by hand`)
}

async function findDevice(db: Kysely<Schema>, site: string, id: string): Promise<Device | undefined> {
  const query = db.selectFrom('devices').selectAll().where('site', '=', site).where('id', '=', id)
  const row = await query.executeTakeFirst()
  return row && deviceOf(row)
}

/** @throws NotFound */
export async function loadDevice(db: Kysely<Schema>, site: string, id: string): Promise<Device> {
  const device = await findDevice(db, site, id)
  if (!device) throw new NotFound('device', id)
  return device
}

async function listDevices(
  core: Core,
  directory: Directory,
  site: string,
  filter: DeviceFilter = {},
): Promise<Page<Device>> {
  const window = windowOf<string>('devices', filter)
  return core.read(async db => {
    let query = db.selectFrom('devices').selectAll().where('site', '=', site).orderBy('id')
    if (filter.place !== undefined)
      query = query.where('place', 'in', [...directory.within(site, filter.place)])
    if (filter.type !== undefined) query = query.where('type', '=', filter.type)
    if (filter.enabled !== undefined) query = query.where('enabled', '=', filter.enabled ? 1 : 0)
    if (window.after !== null) query = query.where('id', '>', window.after)
    return pageOf(window, await query.limit(window.limit + 1).execute(), row => row.id, deviceOf)
  })
}

/** Its place is in the site; the meters above it are too, and it is not among them. */
async function checkLinks(db: Kysely<Schema>, device: Device): Promise<void> {
  if (device.place !== null) await requirePlace(db, device.site, device.place, 'place')
  for (let above = device.submeterOf; above !== null; ) {
    if (above === device.id) throw new InvalidInput('submeterOf', 'a device cannot be metered by itself')
    const meter = await findDevice(db, device.site, above)
    if (!meter) throw new InvalidInput('submeterOf', `there is no device '${above}' in this site`)
    above = meter.submeterOf
  }
}

async function createDevice(
  core: Core,
  directory: Directory,
  tx: Write,
  by: Actor,
  input: unknown,
): Promise<Device> {
  const device = parse(Device, input)
  await loadSite(tx.db, device.site)
  if (await findDevice(tx.db, device.site, device.id))
    throw new Conflict('id', 'there is a device with this id')
  await requireGone(tx, device.site, device.id)
  await checkLinks(tx.db, device)
  await tx.db.insertInto('devices').values(deviceRow(device)).execute()
  await tx.audit({ who: by, action: 'device.create', what: whatOf(device), site: device.site, after: device })
  tx.committed(() => directory.putDevice(device))
  announce(core, tx, device)
  return device
}

async function updateDevice(
  core: Core,
  directory: Directory,
  tx: Write,
  by: Actor,
  site: string,
  id: string,
  patch: DevicePatch,
): Promise<Device> {
  const before = await loadDevice(tx.db, site, id)
  const after = parse(Device, { ...before, ...given(patch), site, id })
  await checkLinks(tx.db, after)
  await tx.db
    .updateTable('devices')
    .set(deviceRow(after))
    .where('site', '=', site)
    .where('id', '=', id)
    .execute()
  await tx.audit({ who: by, action: 'device.update', what: whatOf(after), site, before, after })
  tx.committed(() => directory.putDevice(after))
  announce(core, tx, after)
  return after
}

async function removeDevice(
  core: Core,
  directory: Directory,
  tx: Write,
  by: Actor,
  site: string,
  id: string,
): Promise<void> {
  const before = await loadDevice(tx.db, site, id)
  const below = tx.db.updateTable('devices').set({ submeter_of: null }).where('site', '=', site)
  await below.where('submeter_of', '=', id).execute()
  await tx.db.deleteFrom('devices').where('site', '=', site).where('id', '=', id).execute()
  await noteRemoval(tx, core.clock.now(), site, id)
  await tx.audit({ who: by, action: 'device.remove', what: whatOf(before), site, before })
  tx.committed(() => directory.removeDevice(site, id))
  announce(core, tx, before)
}

const whatOf = (device: Device) => `sites/${device.site}/devices/${device.id}`

function announce(core: Core, tx: Write, device: Device): void {
  tx.committed(() => core.emit({ kind: 'device', site: device.site, device: device.id }))
}
