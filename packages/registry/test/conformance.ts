import { type Role, type RuleInput, systemClock } from '@ohmstead/model'
import { FakeClock } from '@ohmstead/testkit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  actorOf,
  anonymous,
  Conflict,
  inspectRegistry,
  NotFound,
  openRegistry,
  type Page,
  type Principal,
  type Registry,
  type RegistryChange,
  type RegistryLocation,
  system,
  TooManyAttempts,
} from '../src/index.ts'

/** One empty database for one test, with what only its own kind can do. */
export interface Database extends AsyncDisposable {
  readonly location: RegistryLocation
  /** Runs a statement behind the registry's back, with the guards against it switched off. */
  tamper(sql: string): Promise<void>
  /** Everything that is stored, as text. */
  dump(): Promise<string>
}

const by = system('test')
const home = { id: 'home', name: 'Home', timezone: 'Europe/Oslo' }
const office = { id: 'office', name: 'Office', timezone: 'Asia/Kolkata', currency: 'INR' }
const minute = 60_000

async function collect<T>(list: (cursor: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = []
  let cursor: string | undefined
  do {
    const page = await list(cursor)
    all.push(...page.items)
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
  return all
}

/** What every database has to do alike. */
export function registryConformance(name: string, make: () => Promise<Database>): void {
  describe(name, () => {
    let database: Database
    let clock: FakeClock
    let registry: Registry

    beforeEach(async () => {
      database = await make()
      clock = new FakeClock()
      registry = await openRegistry(database.location, { clock })
    })

    /** As the server does, when readings and energy of all that was removed are deleted. */
    async function allGone(): Promise<void> {
      for (const { id } of await registry.removals.pending()) await registry.removals.done(id)
    }

    afterEach(async () => {
      await registry.close()
      await database[Symbol.asyncDispose]()
    })

    async function reopen(): Promise<void> {
      await registry.close()
      registry = await openRegistry(database.location, { clock })
    }

    const person = (email: string, admin = false) =>
      registry.people.create(by, { email, name: 'Kari', admin })
    const actionsOf = async () => (await registry.audit.list()).items.map(entry => entry.action).reverse()

    describe('sites', () => {
      test('a site comes back as it was made, with its defaults', async () => {
        const expected = {
          ...home,
          currency: 'EUR',
          priceArea: null,
          newDevices: 'with-site-token',
          retentionDays: null,
        }
        expect(await registry.sites.create(by, home)).toEqual(expected)
        expect(await registry.sites.get('home')).toEqual(expected)
        await reopen()
        expect(registry.sites.known('home')).toEqual(expected)
      })

      test.each([
        ['id', { ...home, id: 'Home' }],
        ['name', { ...home, name: ' ' }],
        ['timezone', { ...home, timezone: 'Europe/Atlantis' }],
        ['timezone', { ...home, timezone: '+01:00' }],
        ['timezone', { ...home, timezone: '' }],
        ['currency', { ...home, currency: 'euro' }],
        ['retentionDays', { ...home, retentionDays: 0 }],
      ])('a wrong %s is refused by name and leaves nothing', async (field, site) => {
        await expect(registry.sites.create(by, site)).rejects.toMatchObject({
          code: 'OHM_INVALID_INPUT',
          field,
        })
        expect((await registry.sites.list()).items).toEqual([])
        expect(await actionsOf()).toEqual([])
      })

      test('an id is given once', async () => {
        await registry.sites.create(by, home)
        const again = registry.sites.create(by, { ...home, name: 'Other' })
        await expect(again).rejects.toMatchObject({ code: 'OHM_CONFLICT', field: 'id' })
        expect(registry.sites.known('home')?.name).toBe('Home')
      })

      test('two who take the same id at once: one gets it', async () => {
        const results = await Promise.allSettled([1, 2].map(() => registry.sites.create(by, home)))
        expect(results.map(result => result.status).sort()).toEqual(['fulfilled', 'rejected'])
      })

      test('a change sets what it names and nothing else', async () => {
        await registry.sites.create(by, { ...home, newDevices: 'never', retentionDays: 30, priceArea: 'NO1' })
        const after = await registry.sites.update(by, 'home', { name: 'Cabin' })
        expect(after).toMatchObject({
          name: 'Cabin',
          newDevices: 'never',
          retentionDays: 30,
          priceArea: 'NO1',
        })
        expect(registry.sites.known('home')).toEqual(after)
        await expect(registry.sites.update(by, 'home', { timezone: 'x' })).rejects.toMatchObject({
          field: 'timezone',
        })
        await expect(registry.sites.update(by, 'none', {})).rejects.toThrow(NotFound)
        expect(await registry.sites.get('home')).toEqual(after)
      })

      test('an id cannot be changed by slipping it into the change', async () => {
        await registry.sites.create(by, home)
        const patch = { id: 'other', name: 'X', admin: true }
        expect(await registry.sites.update(by, 'home', patch)).toMatchObject({ id: 'home', name: 'X' })
        expect(registry.sites.known('other')).toBeUndefined()
      })

      test('the person who makes a site owns it', async () => {
        const { id } = await person('kari@example.org')
        await registry.sites.create({ kind: 'person', id }, home)
        expect(await registry.members.rolesOf(id)).toEqual(new Map([['home', 'owner']]))
      })

      test('a list can be held to the sites that the reader may enter', async () => {
        await registry.sites.create(by, home)
        await registry.sites.create(by, office)
        const ids = async (only: string[]) => (await registry.sites.list({ only })).items.map(site => site.id)
        expect(await ids(['office', 'none'])).toEqual(['office'])
        expect(await ids([])).toEqual([])
      })

      test('a removed site takes everything of its own with it, and nothing of another', async () => {
        for (const site of [home, office]) {
          await registry.sites.create(by, site)
          await registry.places.create(by, site.id, { id: 'house', name: 'House', kind: 'building' })
          await registry.places.create(by, site.id, {
            id: 'kitchen',
            name: 'Kitchen',
            kind: 'room',
            parent: 'house',
          })
          await registry.devices.create(by, site.id, { id: 'main', name: 'Main', place: 'house' })
          await registry.devices.create(by, site.id, {
            id: 'plug',
            name: 'Plug',
            place: 'kitchen',
            submeterOf: 'main',
          })
          await registry.credentials.issue(by, site.id, 'plug')
          await registry.tokens.create(by, { name: 't', site: site.id, device: 'plug', scopes: ['read'] })
          const invitation = {
            site: site.id,
            email: 'x@example.org',
            role: 'viewer',
            expiresAt: clock.now() + 1,
          } as const
          await registry.invitations.create(by, invitation)
        }
        const { id } = await person('kari@example.org')
        await registry.members.set(by, 'home', id, 'owner')

        await registry.sites.remove(by, 'home')

        expect(registry.sites.known('home')).toBeUndefined()
        expect(registry.devices.known('home', 'plug')).toBeUndefined()
        expect(await registry.members.rolesOf(id)).toEqual(new Map())
        expect((await registry.tokens.list({ site: 'home' })).items).toEqual([])
        await expect(registry.sites.get('home')).rejects.toThrow(NotFound)
        await expect(registry.sites.remove(by, 'home')).rejects.toThrow(NotFound)
        await allGone()
        await registry.sites.create(by, home)
        expect(registry.devices.all('home')).toEqual([])
        expect((await registry.devices.list('home')).items).toEqual([])
        expect((await registry.invitations.list('home')).items).toEqual([])
        expect((await registry.devices.list('office')).items).toHaveLength(2)
        expect(await registry.credentials.list('office', 'plug')).toHaveLength(1)
      })
    })

    describe('rules', () => {
      const rule = {
        id: 'freezer-cold',
        name: 'Freezer is cold',
        definition: { kind: 'epl', text: 'select device from electricalMeter' },
        actions: [{ kind: 'alert', severity: 'high' }],
      } satisfies RuleInput as RuleInput

      beforeEach(async () => {
        await registry.sites.create(by, home)
        await registry.sites.create(by, office)
      })

      test('a rule comes back as it was made, as version 1', async () => {
        const made = await registry.rules.create(by, 'home', rule)
        expect(made).toEqual({ ...rule, site: 'home', enabled: true, version: 1, changedAt: clock.now() })
        await reopen()
        expect(await registry.rules.get('home', rule.id)).toEqual(made)
        expect((await registry.rules.list('home')).items).toEqual([made])
        expect((await registry.rules.list('office')).items).toEqual([])
        await expect(registry.rules.get('office', rule.id)).rejects.toThrow(NotFound)
        await expect(registry.rules.create(by, 'home', rule)).rejects.toThrow(Conflict)
        await expect(registry.rules.create(by, 'nowhere', rule)).rejects.toThrow(NotFound)
      })

      test('a version is kept for each thing that the rule said, and not for a name or a switch', async () => {
        await registry.rules.create(by, 'home', rule)
        await registry.rules.update(by, 'home', rule.id, { name: 'Cold', enabled: false })
        expect(await registry.rules.versions('home', rule.id)).toHaveLength(1)
        await clock.advance(minute)
        const definition = { kind: 'epl', text: 'select device, power from electricalMeter' } as const
        const after = await registry.rules.update(by, 'home', rule.id, { definition })
        expect(after).toMatchObject({ name: 'Cold', enabled: false, version: 2, changedAt: clock.now() })
        const [second, first] = await registry.rules.versions('home', rule.id)
        expect(second).toMatchObject({ version: 2, definition, changedBy: by })
        expect(first).toMatchObject({ version: 1, definition: rule.definition })
        expect(await actionsOf()).toEqual([
          'site.create',
          'site.create',
          'rule.create',
          'rule.update',
          'rule.update',
        ])
      })

      test('those that shall run are found, of one site and of all', async () => {
        await registry.rules.create(by, 'home', rule)
        await registry.rules.create(by, 'home', { ...rule, id: 'off', enabled: false })
        await registry.rules.create(by, 'office', rule)
        expect((await registry.rules.enabled()).map(({ site, id }) => `${site}/${id}`)).toEqual([
          'home/freezer-cold',
          'office/freezer-cold',
        ])
        expect(await registry.rules.enabled('home')).toHaveLength(1)
        expect((await registry.rules.all('home')).map(({ id }) => id)).toEqual(['freezer-cold', 'off'])
        expect(await registry.rules.all()).toHaveLength(3)
      })

      test('a removed rule takes its versions, a removed site its rules', async () => {
        await registry.rules.create(by, 'home', rule)
        await registry.rules.create(by, 'office', rule)
        await registry.rules.remove(by, 'home', rule.id)
        await expect(registry.rules.versions('home', rule.id)).rejects.toThrow(NotFound)
        expect((await registry.rules.create(by, 'home', rule)).version).toBe(1)
        await registry.sites.remove(by, 'office')
        expect(await registry.rules.enabled()).toHaveLength(1)
      })

      test('cases come back as they were made, and go with their rule', async () => {
        await registry.rules.create(by, 'home', rule)
        const made = {
          ...{ id: 'january', site: 'home', rule: rule.id, name: 'The cold January', from: 1000, to: 2000 },
          expected: [{ kind: 'raised', key: 'freezer', time: 1500 }],
          basis: {
            memoryMs: 60_000,
            needs: [{ measurement: 'roomSensor', devices: null, fields: ['door'] }],
            values: 7,
          },
        } satisfies Parameters<typeof registry.ruleCases.add>[1]
        const kept = await registry.ruleCases.add(by, made)
        expect(kept).toEqual({ ...made, madeAt: clock.now() })
        await registry.ruleCases.add(by, { ...made, id: 'august' })
        await reopen()
        expect(await registry.ruleCases.list('home', rule.id)).toEqual([{ ...kept, id: 'august' }, kept])
        await expect(registry.ruleCases.add(by, made)).rejects.toThrow(Conflict)
        await expect(registry.ruleCases.add(by, { ...made, site: 'office' })).rejects.toThrow(NotFound)
        await expect(registry.ruleCases.list('office', rule.id)).rejects.toThrow(NotFound)
        await registry.ruleCases.remove(by, 'home', rule.id, 'august')
        await expect(registry.ruleCases.remove(by, 'home', rule.id, 'august')).rejects.toThrow(NotFound)
        expect((await actionsOf()).slice(-3)).toEqual([
          'rule-case.create',
          'rule-case.create',
          'rule-case.remove',
        ])
        await registry.rules.remove(by, 'home', rule.id)
        await registry.rules.create(by, 'home', rule)
        expect(await registry.ruleCases.list('home', rule.id)).toEqual([])
      })

      test('listeners hear of each change', async () => {
        const heard: RegistryChange[] = []
        registry.onChange(change => heard.push(change))
        await registry.rules.create(by, 'home', rule)
        await registry.rules.update(by, 'home', rule.id, { enabled: false })
        await registry.rules.remove(by, 'home', rule.id)
        expect(heard).toEqual(Array(3).fill({ kind: 'rule', site: 'home', rule: rule.id }))
      })

      test.each([
        ['actions', { ...rule, actions: [] }],
        ['actions.0.url', { ...rule, actions: [{ kind: 'webhook', url: 'file:///etc/passwd' }] }],
        ['actions.0.device', { ...rule, actions: [{ kind: 'store', device: 'Total', measurement: 'm' }] }],
        [
          'actions.0.measurement',
          { ...rule, actions: [{ kind: 'store', device: 'total', measurement: '' }] },
        ],
        ['definition.text', { ...rule, definition: { kind: 'epl', text: ' ' } }],
        ['id', { ...rule, id: 'Freezer' }],
      ])('a wrong %s is refused by name', async (field, wrong) => {
        await expect(registry.rules.create(by, 'home', wrong as typeof rule)).rejects.toMatchObject({
          code: 'OHM_INVALID_INPUT',
          field,
        })
      })
    })

    describe('places', () => {
      beforeEach(async () => {
        await registry.sites.create(by, home)
        await registry.sites.create(by, office)
        await registry.places.create(by, 'home', { id: 'house', name: 'House', kind: 'building' })
        await registry.places.create(by, 'home', {
          id: 'floor',
          name: 'Floor',
          kind: 'floor',
          parent: 'house',
        })
        await registry.places.create(by, 'home', { id: 'room', name: 'Room', kind: 'room', parent: 'floor' })
        await registry.places.create(by, 'home', { id: 'garden', name: 'Garden', kind: 'outside' })
      })

      test('make a tree', async () => {
        expect([...registry.places.within('home', 'house')].sort()).toEqual(['floor', 'house', 'room'])
        expect([...registry.places.within('home', 'garden')]).toEqual(['garden'])
        await reopen()
        expect(registry.places.all('home').map(place => place.id)).toEqual([
          'floor',
          'garden',
          'house',
          'room',
        ])
      })

      test('do not close into a ring, nor hang on another site', async () => {
        const move = (id: string, parent: string) => registry.places.update(by, 'home', id, { parent })
        await expect(move('house', 'room')).rejects.toMatchObject({
          code: 'OHM_INVALID_INPUT',
          field: 'parent',
        })
        await expect(move('house', 'house')).rejects.toMatchObject({ field: 'parent' })
        await expect(move('house', 'none')).rejects.toMatchObject({ field: 'parent' })
        const foreign = { id: 'desk', name: 'Desk', kind: 'room', parent: 'house' } as const
        await expect(registry.places.create(by, 'office', foreign)).rejects.toMatchObject({ field: 'parent' })
        await move('room', 'garden')
        expect([...registry.places.within('home', 'house')].sort()).toEqual(['floor', 'house'])
      })

      test('two moves at once that would make a ring together: one is refused', async () => {
        await registry.places.create(by, 'home', { id: 'a', name: 'A', kind: 'building' })
        await registry.places.create(by, 'home', { id: 'b', name: 'B', kind: 'building' })
        const moves = [
          registry.places.update(by, 'home', 'a', { parent: 'b' }),
          registry.places.update(by, 'home', 'b', { parent: 'a' }),
        ]
        expect((await Promise.allSettled(moves)).map(result => result.status)).toEqual([
          'fulfilled',
          'rejected',
        ])
      })

      test('go when nothing is inside; their devices stay', async () => {
        await registry.devices.create(by, 'home', { id: 'plug', name: 'Plug', place: 'room' })
        await expect(registry.places.remove(by, 'home', 'house')).rejects.toThrow(Conflict)
        await registry.places.remove(by, 'home', 'room')
        expect(registry.devices.known('home', 'plug')?.place).toBeNull()
        expect((await registry.devices.get('home', 'plug')).place).toBeNull()
        await expect(registry.places.get('home', 'room')).rejects.toThrow(NotFound)
      })

      test('belong to their site', async () => {
        await expect(registry.places.get('office', 'house')).rejects.toThrow(NotFound)
        await expect(registry.places.update(by, 'office', 'house', { name: 'X' })).rejects.toThrow(NotFound)
        const taken = { id: 'house', name: 'Again', kind: 'building' } as const
        await expect(registry.places.create(by, 'home', taken)).rejects.toMatchObject({ field: 'id' })
        await registry.places.create(by, 'office', taken)
        await expect(registry.places.create(by, 'none', taken)).rejects.toThrow(NotFound)
      })
    })

    describe('devices', () => {
      beforeEach(async () => {
        await registry.sites.create(by, home)
        await registry.sites.create(by, office)
      })

      test('come back as they were made', async () => {
        const plug = {
          id: 'plug',
          name: 'Plug “ø” 电',
          type: 'smart-plug',
          place: null,
          description: 'Behind the fridge',
          identities: JSON.parse('{"mac":"00:11:22:33:44:55","constructor":"x"}'),
          capabilities: ['meter', 'switch'] as ('meter' | 'switch')[],
          ratedPowerW: 2300.5,
          counterModulusWh: 100_000_000,
          submeterOf: null,
          enabled: false,
        }
        const made = await registry.devices.create(by, 'home', plug)
        expect(made).toEqual({ ...plug, site: 'home' })
        expect(registry.devices.known('home', 'plug')).toEqual(made)
        await reopen()
        expect(registry.devices.known('home', 'plug')).toEqual(made)
        expect(await registry.devices.get('home', 'plug')).toEqual(made)
      })

      test('are known per site, from memory', async () => {
        await registry.devices.create(by, 'home', { id: 'plug', name: 'Plug' })
        expect(registry.devices.known('office', 'plug')).toBeUndefined()
        expect(registry.devices.known('__proto__', 'plug')).toBeUndefined()
        await registry.devices.update(by, 'home', 'plug', { ratedPowerW: 10 })
        expect(registry.devices.known('home', 'plug')?.ratedPowerW).toBe(10)
        await registry.devices.remove(by, 'home', 'plug')
        expect(registry.devices.known('home', 'plug')).toBeUndefined()
      })

      test('are made once on first sight, however many ask at once', async () => {
        const sights = Array.from({ length: 20 }, () =>
          registry.devices.createOnFirstSight(by, 'home', 'new', { type: 'x' }),
        )
        const devices = await Promise.all(sights)
        expect(devices.every(device => device.name === 'new' && device.type === 'x')).toBe(true)
        expect(await actionsOf()).toEqual(['site.create', 'site.create', 'device.create'])
        await expect(registry.devices.createOnFirstSight(by, 'home', 'No Id')).rejects.toMatchObject({
          field: 'id',
        })
        await expect(registry.devices.createOnFirstSight(by, 'none', 'new')).rejects.toThrow(NotFound)
      })

      test('stand at a place and under a meter of their own site', async () => {
        await registry.places.create(by, 'office', { id: 'desk', name: 'Desk', kind: 'room' })
        await registry.devices.create(by, 'home', { id: 'a', name: 'A' })
        await registry.devices.create(by, 'home', { id: 'b', name: 'B', submeterOf: 'a' })
        const change = (id: string, patch: object) => registry.devices.update(by, 'home', id, patch)
        await expect(change('a', { place: 'desk' })).rejects.toMatchObject({ field: 'place' })
        await expect(change('a', { submeterOf: 'none' })).rejects.toMatchObject({ field: 'submeterOf' })
        await expect(change('a', { submeterOf: 'b' })).rejects.toMatchObject({ field: 'submeterOf' })
        await expect(change('a', { submeterOf: 'a' })).rejects.toMatchObject({ field: 'submeterOf' })
        await registry.devices.remove(by, 'home', 'a')
        expect(registry.devices.known('home', 'b')?.submeterOf).toBeNull()
        expect((await registry.devices.get('home', 'b')).submeterOf).toBeNull()
      })

      test('are filtered by place with all below it, type and state', async () => {
        await registry.places.create(by, 'home', { id: 'house', name: 'House', kind: 'building' })
        await registry.places.create(by, 'home', { id: 'room', name: 'Room', kind: 'room', parent: 'house' })
        await registry.devices.create(by, 'home', { id: 'a', name: 'A', place: 'house', type: 'plug' })
        await registry.devices.create(by, 'home', { id: 'b', name: 'B', place: 'room', type: 'meter' })
        await registry.devices.create(by, 'home', { id: 'c', name: 'C', enabled: false })
        const ids = async (filter: object) =>
          (await registry.devices.list('home', filter)).items.map(item => item.id)
        expect(await ids({ place: 'house' })).toEqual(['a', 'b'])
        expect(await ids({ place: 'room' })).toEqual(['b'])
        expect(await ids({ place: 'none' })).toEqual([])
        expect(await ids({ type: 'plug' })).toEqual(['a'])
        expect(await ids({ enabled: false })).toEqual(['c'])
        expect(await ids({ type: "plug' or '1'='1" })).toEqual([])
      })
    })

    describe('pages', () => {
      const ids = ['a', 'a-b', 'a1', 'aa', 'b', 'b-', 'ba', '0', '9z']

      beforeEach(async () => {
        await registry.sites.create(by, home)
        for (const id of ids) await registry.devices.create(by, 'home', { id, name: id })
      })

      test.each([1, 2, 4, 9, 100])('of %i hold everything once, in byte order', async limit => {
        const all = await collect(cursor => registry.devices.list('home', { limit, cursor }))
        expect(all.map(device => device.id)).toEqual([...ids].sort())
      })

      test('go on where they were when things come and go in between', async () => {
        const first = await registry.devices.list('home', { limit: 3 })
        await registry.devices.remove(by, 'home', first.items[2].id)
        await registry.devices.create(by, 'home', { id: '00', name: 'before' })
        const rest = await registry.devices.list('home', { cursor: first.next! })
        expect([...first.items, ...rest.items].map(device => device.id)).toEqual([...ids].sort())
      })

      test('refuse cursors that are not theirs, and limits out of range', async () => {
        const { next } = await registry.devices.list('home', { limit: 1 })
        const made = Buffer.from(JSON.stringify(['devices', { a: 1 }])).toString('base64url')
        for (const cursor of ['', 'x', '!!', made, 'bnVsbA'])
          await expect(async () => registry.devices.list('home', { cursor })).rejects.toMatchObject({
            field: 'cursor',
          })
        await expect(async () => registry.sites.list({ cursor: next! })).rejects.toMatchObject({
          field: 'cursor',
        })
        for (const limit of [0, -1, 1.5, 501, Number.NaN])
          await expect(async () => registry.devices.list('home', { limit })).rejects.toMatchObject({
            field: 'limit',
          })
      })
    })

    describe('people and members', () => {
      test('an address and a user name belong to one person, whatever their letters', async () => {
        const kari = await registry.people.create(by, {
          email: ' Kari@Example.org',
          name: 'Kari',
          username: 'Kari',
        })
        expect(kari).toMatchObject({
          email: 'kari@example.org',
          username: 'kari',
          admin: false,
          createdAt: clock.now(),
        })
        await expect(person('KARI@example.org')).rejects.toMatchObject({ field: 'email' })
        const twin = { email: 'x@example.org', name: 'X', username: 'KARI' }
        await expect(registry.people.create(by, twin)).rejects.toMatchObject({ field: 'username' })
        for (const email of ['', 'x', 'a@b@c', 'a b@c.org'])
          await expect(person(email)).rejects.toMatchObject({ field: 'email' })
        expect(await registry.people.findByEmail('KARI@example.org')).toEqual(kari)
        expect(await registry.people.findByEmail('none@example.org')).toBeNull()
        expect(await registry.people.count()).toBe(1)
      })

      test('the last administrator stays', async () => {
        const admin = await person('admin@example.org', true)
        const last = { code: 'OHM_CONFLICT', field: 'admin' }
        await expect(registry.people.update(by, admin.id, { admin: false })).rejects.toMatchObject(last)
        await expect(registry.people.update(by, admin.id, { disabled: true })).rejects.toMatchObject(last)
        await expect(registry.people.remove(by, admin.id)).rejects.toMatchObject(last)
        const other = await person('other@example.org', true)
        await registry.people.remove(by, admin.id)
        expect((await registry.people.list()).items).toEqual([other])
      })

      test('members have one role per site', async () => {
        await registry.sites.create(by, home)
        const { id } = await person('kari@example.org')
        const member = await registry.members.set(by, 'home', id, 'viewer')
        expect(member).toEqual({
          site: 'home',
          person: id,
          email: 'kari@example.org',
          name: 'Kari',
          role: 'viewer',
        })
        await registry.members.set(by, 'home', id, 'operator')
        expect((await registry.members.list('home')).items).toEqual([{ ...member, role: 'operator' }])
        await registry.members.remove(by, 'home', id)
        expect((await registry.members.list('home')).items).toEqual([])
        await expect(registry.members.remove(by, 'home', id)).rejects.toThrow(NotFound)
        await expect(registry.members.set(by, 'none', id, 'viewer')).rejects.toThrow(NotFound)
        await expect(registry.members.set(by, 'home', 'none', 'viewer')).rejects.toThrow(NotFound)
        const wrong = registry.members.set(by, 'home', id, 'king' as Role)
        await expect(wrong).rejects.toMatchObject({ field: 'role' })
      })

      test('a removed person leaves no membership and no token', async () => {
        await registry.sites.create(by, home)
        const { id } = await person('kari@example.org')
        await registry.members.set(by, 'home', id, 'owner')
        const { text } = await registry.tokens.create(by, { name: 't', owner: id, scopes: ['read'] })
        await registry.people.remove(by, id)
        expect((await registry.members.list('home')).items).toEqual([])
        expect(await registry.authenticate.token(text)).toBeNull()
        expect(await registry.authenticate.person(id)).toBeNull()
      })
    })

    describe('invitations', () => {
      const invite = (role: Role = 'viewer') =>
        registry.invitations.create(by, {
          site: 'home',
          email: 'Kari@example.org',
          role,
          expiresAt: clock.now() + minute,
        })

      beforeEach(() => registry.sites.create(by, home))

      test('make a member once', async () => {
        const { invitation, secret } = await invite('operator')
        expect(await registry.invitations.find(secret)).toEqual(invitation)
        const { id } = await person('kari@example.org')
        expect(await registry.invitations.accept(secret, id)).toMatchObject({ person: id, role: 'operator' })
        expect(await registry.invitations.find(secret)).toBeNull()
        await expect(registry.invitations.accept(secret, id)).rejects.toThrow(NotFound)
      })

      test('two who use one link at once: one gets in', async () => {
        const { secret } = await invite()
        const [a, b] = [await person('a@example.org'), await person('b@example.org')]
        const uses = [a, b].map(({ id }) => registry.invitations.accept(secret, id))
        expect((await Promise.allSettled(uses)).map(use => use.status)).toEqual(['fulfilled', 'rejected'])
        expect((await registry.members.list('home')).items).toHaveLength(1)
      })

      test('never take a better role away', async () => {
        const { id } = await person('kari@example.org')
        await registry.members.set(by, 'home', id, 'owner')
        expect(await registry.invitations.accept((await invite('viewer')).secret, id)).toMatchObject({
          role: 'owner',
        })
        await registry.members.set(by, 'home', id, 'viewer')
        expect(await registry.invitations.accept((await invite('operator')).secret, id)).toMatchObject({
          role: 'operator',
        })
      })

      test('end with time, by being revoked and by being sent again', async () => {
        const first = await invite()
        const second = await invite()
        expect(await registry.invitations.find(first.secret)).toBeNull()
        await registry.invitations.revoke(by, 'home', second.invitation.id)
        expect(await registry.invitations.find(second.secret)).toBeNull()
        const third = await invite()
        await clock.advance(minute)
        expect(await registry.invitations.find(third.secret)).toBeNull()
        expect((await registry.invitations.list('home')).items).toEqual([])
        await expect(registry.invitations.revoke(by, 'other', third.invitation.id)).rejects.toThrow(NotFound)
      })
    })

    describe('secrets', () => {
      beforeEach(async () => {
        await registry.sites.create(by, home)
        await registry.devices.create(by, 'home', { id: 'plug', name: 'Plug' })
        await registry.devices.create(by, 'home', { id: 'other', name: 'Other' })
      })

      test('a device has several passwords, each for itself alone', async () => {
        const { authenticate, credentials } = registry
        const [one, two] = [
          await credentials.issue(by, 'home', 'plug'),
          await credentials.issue(by, 'home', 'plug', 'b'),
        ]
        expect(one.username).toBe('home/plug')
        const device = { kind: 'device', site: 'home', device: 'plug' }
        expect(await authenticate.mqtt(one.username, one.password)).toEqual(device)
        expect(await authenticate.mqtt(two.username, two.password)).toEqual(device)
        expect(await authenticate.mqtt('home/other', one.password)).toBeNull()
        expect(await authenticate.mqtt('home', one.password)).toBeNull()
        expect(await authenticate.mqtt('home/plug', '')).toBeNull()
        expect(await authenticate.mqtt('home/plug/x', one.password)).toBeNull()
        await credentials.revoke(by, 'home', 'plug', one.id)
        expect(await authenticate.mqtt(one.username, one.password)).toBeNull()
        expect(await authenticate.mqtt(two.username, two.password)).toEqual(device)
        expect(await credentials.list('home', 'plug')).toMatchObject([{ id: two.id, name: 'b' }])
      })

      test('a device has at most ten', async () => {
        for (let issued = 0; issued < 10; issued++) await registry.credentials.issue(by, 'home', 'plug')
        await expect(registry.credentials.issue(by, 'home', 'plug')).rejects.toThrow(Conflict)
        await expect(registry.credentials.issue(by, 'home', 'none')).rejects.toThrow(NotFound)
      })

      test('a device that is switched off or gone does not get in', async () => {
        const { username, password } = await registry.credentials.issue(by, 'home', 'plug')
        await registry.devices.update(by, 'home', 'plug', { enabled: false })
        expect(await registry.authenticate.mqtt(username, password)).toBeNull()
        await registry.devices.update(by, 'home', 'plug', { enabled: true })
        expect(await registry.authenticate.mqtt(username, password)).not.toBeNull()
        await registry.devices.remove(by, 'home', 'plug')
        await allGone()
        await registry.devices.create(by, 'home', { id: 'plug', name: 'Another' })
        expect(await registry.authenticate.mqtt(username, password)).toBeNull()
      })

      test('a site token opens as itself, as its site and by its id', async () => {
        const { token, text } = await registry.tokens.create(by, {
          name: 't',
          site: 'home',
          scopes: ['write', 'read'],
        })
        expect(token).toMatchObject({ scopes: ['read', 'write'], site: 'home', device: null, owner: null })
        const principal = {
          kind: 'token',
          id: token.id,
          site: 'home',
          device: null,
          scopes: new Set(['read', 'write']),
          owner: null,
        }
        expect(await registry.authenticate.token(text)).toEqual(principal)
        expect(await registry.authenticate.mqtt('home', text)).toEqual(principal)
        expect(await registry.authenticate.mqtt(token.id, text)).toEqual(principal)
        expect(await registry.authenticate.mqtt('office', text)).toBeNull()
        expect(await registry.authenticate.mqtt('home/plug', text)).toBeNull()
        for (const wrong of [
          '',
          'ohm_',
          `${text}x`,
          text.slice(0, -1),
          text.replace(/.$/, '1'),
          text.toUpperCase(),
        ])
          expect(await registry.authenticate.token(wrong)).toBeNull()
      })

      test('a token of a person carries their present rights and sleeps while they are disabled', async () => {
        await registry.sites.create(by, office)
        const kari = await person('kari@example.org')
        await registry.members.set(by, 'home', kari.id, 'viewer')
        const { text } = await registry.tokens.create(by, { name: 't', owner: kari.id, scopes: ['read'] })
        const rolesNow = async () => {
          const principal = await registry.authenticate.token(text)
          return principal?.kind === 'token' ? principal.owner?.roles : principal
        }
        expect(await rolesNow()).toEqual(new Map([['home', 'viewer']]))
        expect(await registry.authenticate.mqtt('Kari@example.org', text)).toMatchObject({ site: null })
        expect(await registry.authenticate.mqtt('home', text)).toMatchObject({ site: 'home' })
        await registry.members.set(by, 'home', kari.id, 'owner')
        expect(await rolesNow()).toEqual(new Map([['home', 'owner']]))
        await registry.members.remove(by, 'home', kari.id)
        expect(await rolesNow()).toEqual(new Map())
        await registry.people.update(by, kari.id, { disabled: true })
        expect(await rolesNow()).toBeNull()
        await registry.people.update(by, kari.id, { disabled: false })
        expect(await rolesNow()).toEqual(new Map())
      })

      test('a token ends with time and at once when revoked', async () => {
        const { tokens, authenticate } = registry
        const short = await tokens.create(by, {
          name: 'a',
          scopes: ['read'],
          expiresAt: clock.now() + minute,
        })
        const long = await tokens.create(by, { name: 'b', scopes: ['read'] })
        expect(await authenticate.token(short.text)).not.toBeNull()
        await clock.advance(minute)
        expect(await authenticate.token(short.text)).toBeNull()
        expect(await authenticate.token(long.text)).not.toBeNull()
        await tokens.revoke(by, long.token.id)
        expect(await authenticate.token(long.text)).toBeNull()
        await expect(tokens.revoke(by, long.token.id)).rejects.toThrow(NotFound)
      })

      test('an answer stands for seconds, until what it rests on changes', async () => {
        const { tokens, authenticate } = registry
        const { text, token } = await tokens.create(by, { name: 'a', scopes: ['read'] })
        const first = (await authenticate.token(text))!
        expect(authenticate.stands(first)).toBe(true)
        expect(authenticate.stands({ ...first })).toBe(false)
        await clock.advance(6_000)
        expect(authenticate.stands(first)).toBe(false)
        const second = (await authenticate.token(text))!
        expect(authenticate.stands(second)).toBe(true)
        expect(authenticate.stands(first)).toBe(false)
        await tokens.revoke(by, token.id)
        expect(authenticate.stands(second)).toBe(false)
      })

      test.each([
        ['name', { name: '', scopes: ['read'] }],
        ['scopes', { name: 'x', scopes: [] }],
        ['scopes', { name: 'x', scopes: ['admin'] }],
        ['device', { name: 'x', scopes: ['read'], device: 'plug' }],
      ])('a token with a wrong %s is refused', async (field, input) => {
        await expect(registry.tokens.create(by, input as never)).rejects.toMatchObject({ field })
      })

      test('when one was last used is known to the minute', async () => {
        const { token, text } = await registry.tokens.create(by, { name: 't', scopes: ['read'] })
        const used = clock.now()
        await registry.authenticate.token(text)
        expect(await registry.tokens.get(token.id)).toMatchObject({ lastUsedAt: null })
        // Written a little later, many in one commit.
        const lastUsed = () =>
          expect.poll(async () => (await registry.tokens.get(token.id)).lastUsedAt, { interval: 5 })
        await clock.advance(2_000)
        await lastUsed().toBe(used + 2_000)
        await clock.advance(minute - 3_000)
        await registry.authenticate.token(text)
        await clock.advance(2_000)
        await lastUsed().toBe(used + 2_000)
        await clock.advance(10_000)
        await registry.authenticate.token(text)
        const end = clock.now()
        await reopen()
        await lastUsed().toBe(end)
      })

      test('wrong ones are held back by name and address; right ones beside them are not', async () => {
        const { username, password } = await registry.credentials.issue(by, 'home', 'plug')
        const attack = (name: string) => registry.authenticate.mqtt(name, 'wrong', '203.0.113.1')
        for (let tries = 0; tries < 10; tries++) expect(await attack(username)).toBeNull()
        await expect(attack(username)).rejects.toThrow(TooManyAttempts)
        expect(await attack('home/other')).toBeNull()
        expect(await registry.authenticate.mqtt(username, password, '203.0.113.2')).not.toBeNull()
        await clock.advance(minute)
        expect(await attack(username)).toBeNull()
      })

      test('are nowhere in the database, nor in the audit', async () => {
        const { password } = await registry.credentials.issue(by, 'home', 'plug')
        const { text } = await registry.tokens.create(by, {
          name: 'visible-name',
          site: 'home',
          scopes: ['read'],
        })
        const invitation = {
          site: 'home',
          email: 'x@example.org',
          role: 'viewer',
          expiresAt: clock.now() + 1,
        } as const
        const { secret } = await registry.invitations.create(by, invitation)
        await registry.authenticate.token(text)
        const audit = JSON.stringify((await registry.audit.list()).items)
        const stored = await database.dump()
        expect(stored).toContain('visible-name')
        for (const hidden of [password, text, text.split('_')[2], secret]) {
          expect(stored.includes(hidden)).toBe(false)
          expect(audit.includes(hidden)).toBe(false)
        }
        for (const { before, after } of (await registry.audit.list()).items)
          expect(JSON.stringify([before, after])).not.toMatch(/hash|[0-9a-f]{64}/)
      })

      test('no two are alike', async () => {
        const seen = new Set<string>()
        for (let made = 0; made < 50; made++)
          seen.add((await registry.tokens.create(by, { name: 't', scopes: ['read'] })).text.split('_')[2])
        expect(seen.size).toBe(50)
        expect([...seen].every(secret => /^[a-z2-7]{40}$/.test(secret))).toBe(true)
      })
    })

    describe('audit', () => {
      test('tells who did what, before and after', async () => {
        await registry.sites.create(by, home)
        await registry.sites.update({ kind: 'token', id: 'abc' }, 'home', { name: 'Cabin' })
        const [update, create] = (await registry.audit.list()).items
        expect(update).toMatchObject({
          seq: 2,
          time: clock.now(),
          who: { kind: 'token', id: 'abc' },
          action: 'site.update',
          what: 'sites/home',
          site: 'home',
          before: { name: 'Home' },
          after: { name: 'Cabin' },
        })
        expect(create).toMatchObject({ seq: 1, action: 'site.create', before: null })
      })

      test('every kind of change leaves its entry, a refused one none', async () => {
        await registry.sites.create(by, home)
        await registry.places.create(by, 'home', { id: 'p', name: 'P', kind: 'room' })
        await registry.places.update(by, 'home', 'p', { name: 'Q' })
        await registry.devices.create(by, 'home', { id: 'd', name: 'D' })
        await registry.devices.update(by, 'home', 'd', { name: 'E' })
        const credential = await registry.credentials.issue(by, 'home', 'd')
        await registry.credentials.revoke(by, 'home', 'd', credential.id)
        const { token } = await registry.tokens.create(by, { name: 't', scopes: ['read'] })
        await registry.tokens.revoke(by, token.id)
        const { id } = await person('kari@example.org')
        await registry.people.update(by, id, { name: 'K' })
        await registry.members.set(by, 'home', id, 'owner')
        await registry.members.remove(by, 'home', id)
        await registry.settings.set(by, 'colour', 'green')
        await registry.settings.remove(by, 'colour')
        await registry.places.create(by, 'home', { id: 'p', name: 'P', kind: 'room' }).catch(() => {})
        await registry.devices.remove(by, 'home', 'd')
        await registry.places.remove(by, 'home', 'p')
        await registry.people.remove(by, id)
        await registry.sites.remove(by, 'home')
        expect(await actionsOf()).toEqual([
          'site.create',
          'place.create',
          'place.update',
          'device.create',
          'device.update',
          'credential.issue',
          'credential.revoke',
          'token.create',
          'token.revoke',
          'person.create',
          'person.update',
          'member.set',
          'member.remove',
          'setting.set',
          'setting.remove',
          'device.remove',
          'place.remove',
          'person.remove',
          'site.remove',
        ])
        expect(await registry.audit.verify()).toEqual({ ok: true, entries: 19 })
      })

      test('can be held to one site and read in pages', async () => {
        await registry.sites.create(by, home)
        await registry.sites.create(by, office)
        for (let edit = 0; edit < 5; edit++) await registry.sites.update(by, 'home', { name: `Home ${edit}` })
        const entries = await collect(cursor => registry.audit.list({ site: 'home', limit: 2, cursor }))
        expect(entries.map(entry => entry.seq)).toEqual([7, 6, 5, 4, 3, 1])
      })

      test('tells the changes of one thing and of what lies below it, not of its namesakes', async () => {
        await registry.sites.create(by, home)
        for (const id of ['plug', 'plug-2', 'plugs'])
          await registry.devices.create(by, 'home', { id, name: id })
        await registry.credentials.issue(by, 'home', 'plug')
        await registry.credentials.issue(by, 'home', 'plug-2')
        const { items } = await registry.audit.list({ site: 'home', what: 'sites/home/devices/plug' })
        expect(items.map(({ action }) => action)).toEqual(['credential.issue', 'device.create'])
        expect((await registry.audit.list({ what: 'sites/home/devices/plu_' })).items).toEqual([])
      })

      test('changes that are made at once stand in one chain', async () => {
        await registry.sites.create(by, home)
        const ids = Array.from({ length: 30 }, (_, at) => `d${at}`)
        await Promise.all(ids.map(id => registry.devices.create(by, 'home', { id, name: id })))
        expect(await registry.audit.verify()).toEqual({ ok: true, entries: 31 })
      })

      describe('finds', () => {
        beforeEach(async () => {
          await registry.sites.create(by, home)
          for (let edit = 0; edit < 4; edit++)
            await registry.sites.update(by, 'home', { name: `Home ${edit}` })
        })

        test.each([
          ['an edited entry', `update audit set who_id = 'somebody-else' where seq = 3`, 3],
          [
            'an edited value',
            `update audit set "after" = replace("after", 'Home 1', 'Home 7') where seq = 3`,
            3,
          ],
          ['a removed entry', 'delete from audit where seq = 2', 2],
          ['a removed beginning', 'delete from audit where seq = 1', 1],
          ['a removed end', 'delete from audit where seq = 5', 5],
          ['a moved time', 'update audit set time = time + 1 where seq = 4', 4],
        ])('%s', async (_name, sql, seq) => {
          expect(await registry.audit.verify()).toEqual({ ok: true, entries: 5 })
          await database.tamper(sql)
          expect(await registry.audit.verify()).toMatchObject({ ok: false, seq })
        })
      })
    })

    describe('removals', () => {
      test('what was removed is remembered, over a restart too, until it is said to be gone', async () => {
        await registry.sites.create(by, home)
        await registry.devices.create(by, 'home', { id: 'plug', name: 'Plug' })
        await registry.devices.remove(by, 'home', 'plug')
        await clock.advance(1)
        await registry.sites.create(by, office)
        await registry.sites.remove(by, 'office')
        await reopen()
        const [plug, site, ...more] = await registry.removals.pending()
        expect([plug, site, more]).toMatchObject([
          { site: 'home', device: 'plug' },
          { site: 'office', device: null },
          [],
        ])
        await registry.removals.done(plug.id)
        await registry.removals.done(site.id)
        expect(await registry.removals.pending()).toEqual([])
        expect(await registry.rules.enabled()).toEqual([])
      })

      test('an id stays taken until then, also for a device that makes itself known', async () => {
        await registry.sites.create(by, home)
        await registry.devices.create(by, 'home', { id: 'plug', name: 'Plug' })
        await registry.devices.remove(by, 'home', 'plug')
        const again = () => registry.devices.create(by, 'home', { id: 'plug', name: 'Plug' })
        await expect(again()).rejects.toThrow(Conflict)
        await expect(registry.devices.createOnFirstSight(by, 'home', 'plug')).rejects.toThrow(Conflict)
        await registry.devices.create(by, 'home', { id: 'lamp', name: 'Lamp' })
        await registry.sites.remove(by, 'home')
        await expect(registry.sites.create(by, home)).rejects.toMatchObject({ field: 'id' })
        await allGone()
        await registry.sites.create(by, home)
        await again()
      })
    })

    describe('the whole', () => {
      test('a change is told after it is made, and a refused one is not', async () => {
        const seen: RegistryChange[] = []
        const stop = registry.onChange(change => seen.push(change))
        await registry.sites.create(by, home)
        await registry.sites.create(by, home).catch(() => {})
        await registry.devices.create(by, 'home', { id: 'plug', name: 'Plug' })
        stop()
        await registry.sites.remove(by, 'home')
        expect(seen).toEqual([
          { kind: 'site', site: 'home' },
          { kind: 'device', site: 'home', device: 'plug' },
        ])
      })

      test('settings hold what they were given', async () => {
        expect(await registry.settings.get('a')).toBeUndefined()
        await registry.settings.set(by, 'a', { deep: [1, 'x', null] })
        expect(await registry.settings.get('a')).toEqual({ deep: [1, 'x', null] })
        await registry.settings.set(by, 'a', 2)
        await reopen()
        expect(await registry.settings.get('a')).toBe(2)
        await registry.settings.remove(by, 'a')
        expect(await registry.settings.get('a')).toBeUndefined()
      })

      test('a newer database is refused and stays as it was', async () => {
        await registry.sites.create(by, home)
        await registry.close()
        const { newest } = await inspectRegistry(database.location)
        await database.tamper('update registry_version set version = 999')
        const before = await database.dump()
        await expect(openRegistry(database.location)).rejects.toMatchObject({
          code: 'OHM_NEWER_DATABASE',
          found: 999,
        })
        await expect(inspectRegistry(database.location)).rejects.toMatchObject({ found: 999 })
        expect(await database.dump()).toBe(before)
        await database.tamper(`update registry_version set version = ${newest}`)
        registry = await openRegistry(database.location)
        expect(registry.sites.known('home')).toBeDefined()
      })

      test('a database of the first version is brought up to date', async () => {
        await registry.sites.create(by, home)
        await registry.close()
        await database.tamper(
          'drop table rule_cases; drop table rule_versions; drop table rules; drop table removals; update registry_version set version = 1',
        )
        registry = await openRegistry(database.location)
        expect(registry.sites.known('home')).toBeDefined()
        expect(await registry.removals.pending()).toEqual([])
      })

      test('answers a ping, and closes twice without harm', async () => {
        await registry.ping()
        await registry.close()
        await registry.close()
        registry = await openRegistry(database.location, { clock: systemClock })
      })

      test('the actor of a principal is named', () => {
        const principals: Principal[] = [{ kind: 'device', site: 'home', device: 'plug' }, anonymous]
        expect(principals.map(actorOf)).toEqual([{ kind: 'device', id: 'home/plug' }, system('anonymous')])
      })
    })
  })
}
