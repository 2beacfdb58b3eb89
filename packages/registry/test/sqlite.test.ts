import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { FakeClock, tempFolder } from '@ohmstead/testkit'
import { expect, test } from 'vitest'
import { inspectRegistry, openRegistry, RegistryUnavailable, system } from '../src/index.ts'
import { type Database, registryConformance } from './conformance.ts'

const by = system('test')
const home = { id: 'home', name: 'Home', timezone: 'Europe/Oslo' }

registryConformance('a registry in SQLite', async (): Promise<Database> => {
  const folder = tempFolder()
  const file = join(folder.path, 'registry.db')
  return {
    location: { dialect: 'sqlite', file },
    tamper: async sql => tamper(file, sql),
    dump: async () => filesOf(folder.path),
    [Symbol.asyncDispose]: async () => folder[Symbol.dispose](),
  }
})

function tamper(file: string, sql: string): void {
  using database = new DatabaseSync(file)
  database.exec('drop trigger audit_no_update; drop trigger audit_no_delete')
  database.exec(sql)
  database.exec(
    `create trigger audit_no_update before update on audit begin select raise(abort, 'no'); end;
     create trigger audit_no_delete before delete on audit begin select raise(abort, 'no'); end`,
  )
}

/** The database with its write-ahead log, every byte. */
function filesOf(folder: string): string {
  const files = readdirSync(folder).filter(name => !name.endsWith('-shm'))
  return files
    .sort()
    .map(name => readFileSync(join(folder, name), 'latin1'))
    .join('')
}

test('the audit table itself refuses to be rewritten', async () => {
  using folder = tempFolder()
  const file = join(folder.path, 'registry.db')
  await using registry = await openRegistry({ dialect: 'sqlite', file })
  await registry.sites.create(by, home)
  using intruder = new DatabaseSync(file)
  expect(() => intruder.exec('delete from audit')).toThrow('append-only')
  expect(() => intruder.exec("update audit set who_id = 'x'")).toThrow('append-only')
})

test('a file that is no database is an error, and keeps its bytes', async () => {
  using folder = tempFolder()
  const file = join(folder.path, 'registry.db')
  writeFileSync(file, 'these are not the pages you are looking for'.repeat(100))
  await expect(openRegistry({ dialect: 'sqlite', file })).rejects.toThrow()
  expect(readFileSync(file, 'utf8')).toMatch(/^these are not/)
})

test('a folder that is not there makes the registry unavailable', async () => {
  const opening = openRegistry({ dialect: 'sqlite', file: '/nonexistent/registry.db' })
  await expect(opening).rejects.toThrow(RegistryUnavailable)
})

test('a commit is on the disk when it answers, and references hold', async () => {
  using folder = tempFolder()
  await using registry = await openRegistry({ dialect: 'sqlite', file: join(folder.path, 'registry.db') })
  // 2 = FULL: the write-ahead log is synced at every commit.
  expect(await pragma(registry, 'synchronous')).toBe(2)
  expect(await pragma(registry, 'foreign_keys')).toBe(1)
})

test('a full disk refuses the change whole, and the next one works when there is room', async () => {
  using folder = tempFolder()
  const file = join(folder.path, 'registry.db')
  await using registry = await openRegistry({ dialect: 'sqlite', file })
  await registry.sites.create(by, home)
  const pages = await pragma(registry, 'page_count')
  // SQLite says SQLITE_FULL at this bound as it does on a full disk.
  await pragma(registry, `max_page_count = ${pages}`)
  const description = 'x'.repeat(2000)
  const fill = async () => {
    for (let at = 0; at < 200; at++)
      await registry.devices.create(by, 'home', { id: `d${at}`, name: 'D', description })
  }
  await expect(fill()).rejects.toThrow(RegistryUnavailable)
  expect(registry.sites.known('home')).toBeDefined()
  expect((await registry.devices.list('home')).items).toEqual(registry.devices.all('home'))
  expect(await registry.audit.verify()).toMatchObject({ ok: true })
  await pragma(registry, 'max_page_count = 100000')
  await fill().catch(error => expect(error).toMatchObject({ code: 'OHM_CONFLICT' }))
  await registry.devices.create(by, 'home', { id: 'last', name: 'Last' })
})

test('a change whose end is unknown is found again before the next one', async () => {
  using folder = tempFolder()
  const file = join(folder.path, 'registry.db')
  await using registry = await openRegistry({ dialect: 'sqlite', file })
  await registry.sites.create(by, home)
  await pragma(registry, 'busy_timeout = 20')
  using other = new DatabaseSync(file)
  other.exec("begin immediate; update sites set name = 'Meanwhile'")
  await expect(registry.sites.update(by, 'home', { currency: 'NOK' })).rejects.toThrow(RegistryUnavailable)
  other.exec('commit')
  await registry.devices.create(by, 'home', { id: 'plug', name: 'Plug' })
  expect(registry.sites.known('home')?.name).toBe('Meanwhile')
})

test('another process that writes for long is waited for, then the change is refused', async () => {
  using folder = tempFolder()
  const file = join(folder.path, 'registry.db')
  await using registry = await openRegistry({ dialect: 'sqlite', file })
  await pragma(registry, 'busy_timeout = 20')
  using other = new DatabaseSync(file)
  other.exec('begin immediate')
  await expect(registry.sites.create(by, home)).rejects.toMatchObject({
    code: 'OHM_REGISTRY_UNAVAILABLE',
    retryable: true,
  })
  other.exec('rollback')
  await registry.sites.create(by, home)
})

test('who was known in the last minutes is known while the database is away', async () => {
  using folder = tempFolder()
  const clock = new FakeClock()
  const file = join(folder.path, 'registry.db')
  await using registry = await openRegistry({ dialect: 'sqlite', file }, { clock })
  await registry.sites.create(by, home)
  await registry.devices.create(by, 'home', { id: 'plug', name: 'Plug' })
  const { username, password } = await registry.credentials.issue(by, 'home', 'plug')
  const device = await registry.authenticate.mqtt(username, password)
  // The file itself goes bad under the open connection: every read fails from here on.
  const away = Object.assign(new Error('disk I/O error'), { errcode: 10 })
  const { db } = registry.database
  Object.assign(db, {
    selectFrom: () => {
      throw away
    },
  })

  await clock.advance(14 * 60_000)
  expect(await registry.authenticate.mqtt(username, password)).toEqual(device)
  expect(registry.devices.known('home', 'plug')).toBeDefined()
  await expect(registry.authenticate.mqtt(username, 'never-seen')).rejects.toThrow(RegistryUnavailable)
  await clock.advance(60_000)
  await expect(registry.authenticate.mqtt(username, password)).rejects.toThrow(RegistryUnavailable)
})

async function pragma(registry: Awaited<ReturnType<typeof openRegistry>>, text: string): Promise<number> {
  const { CompiledQuery } = await import('kysely')
  const { rows } = await registry.database.db.executeQuery(CompiledQuery.raw(`pragma ${text}`))
  return Number(Object.values((rows[0] as Record<string, unknown>) ?? {})[0])
}

test('looking at it changes nothing and waits for nobody who writes', async () => {
  using folder = tempFolder()
  const location = { dialect: 'sqlite', file: join(folder.path, 'registry.db') } as const
  expect(await inspectRegistry(location)).toMatchObject({ version: 0, audit: null })
  expect(readdirSync(folder.path)).toEqual([])
  await using registry = await openRegistry(location)
  await registry.sites.create(by, home)
  using other = new DatabaseSync(location.file)
  other.exec('begin immediate')
  const seen = await inspectRegistry(location)
  expect(seen).toMatchObject({ version: seen.newest, audit: { ok: true, entries: 1 } })
  other.exec('rollback')
  tamper(location.file, "update audit set what = 'sites/other'")
  expect(await inspectRegistry(location)).toMatchObject({ audit: { ok: false, seq: 1 } })
})
