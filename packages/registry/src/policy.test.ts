import { type Role, roles, type Scope } from '@ohmstead/model'
import { describe, expect, test } from 'vitest'
import { type Action, actions, anonymous, may, mayAnywhere, type Principal, type Resource } from './policy.ts'

/** Every action and, by column, who may do it on their own site. `x` = yes. */
const table = `
  action             viewer operator owner admin  read-token write-token
  site:create        -      -        -     x      -          -
  site:read          x      x        x     x      x          -
  site:write         -      -        x     x      -          -
  site:remove        -      -        x     x      -          -
  readings:read      x      x        x     x      x          -
  readings:write     -      x        x     x      -          x
  device:create      -      x        x     x      -          x
  device:write       -      x        x     x      -          x
  credentials:issue  -      x        x     x      -          x
  rules:read         x      x        x     x      x          -
  rules:write        -      x        x     x      -          x
  alerts:acknowledge -      x        x     x      -          x
  commands:send      -      x        x     x      -          x
  energy:read        x      x        x     x      x          -
  energy:edit        -      x        x     x      -          x
  members:read       -      x        x     x      x          -
  members:write      -      -        x     x      -          -
  tokens:write       -      -        x     x      -          -
  audit:read         -      -        x     x      -          -
  platform:read      -      -        -     x      -          -
  platform:write     -      -        -     x      -          -
`

interface Row {
  action: Action
  viewer: boolean
  operator: boolean
  owner: boolean
  admin: boolean
  'read-token': boolean
  'write-token': boolean
}

function rowsOf(text: string): Row[] {
  const [head, ...lines] = text.trim().split('\n')
  const names = head.trim().split(/\s+/)
  return lines.map(line => {
    const cells = line.trim().split(/\s+/)
    return Object.fromEntries(
      names.map((name, at) => [name, at === 0 ? cells[0] : cells[at] === 'x']),
    ) as unknown as Row
  })
}

const rows = rowsOf(table)
const home = { site: 'home' }
const onDevice = { site: 'home', device: 'plug' }
const platformActions: Action[] = ['site:create', 'platform:read', 'platform:write']
const placeOf = (action: Action): Resource => (platformActions.includes(action) ? {} : home)

function person(role: Role | 'admin' | 'stranger', site = 'home') {
  const known = roles.find(each => each === role)
  const map = new Map(known ? [[site, known]] : [])
  return {
    kind: 'person',
    id: role,
    email: `${role}@example.org`,
    admin: role === 'admin',
    roles: map,
  } as const
}

function token(
  scopes: Scope[],
  limits: { site?: string; device?: string } = {},
  owner?: Parameters<typeof person>[0],
) {
  const { site = null, device = null } = limits
  return {
    kind: 'token',
    id: 't',
    site,
    device,
    scopes: new Set(scopes),
    owner: owner ? person(owner) : null,
  } as const
}

const device = { kind: 'device', site: 'home', device: 'plug' } as const

test('the table knows every action', () => {
  expect(rows.map(row => row.action)).toEqual(actions)
})

describe.each(rows)('$action', row => {
  const { action } = row
  const place = placeOf(action)

  test('nobody may, anywhere', () => {
    for (const resource of [{}, home, onDevice]) expect(may(anonymous, action, resource)).toBe(false)
    expect(mayAnywhere(anonymous, action)).toBe(false)
  })

  test.each(['viewer', 'operator', 'owner', 'admin'] as const)('%s', role => {
    expect(may(person(role), action, place)).toBe(row[role])
    expect(may(person(role), action, { ...place, device: 'plug' })).toBe(row[role])
  })

  test('a role on one site is nothing on another, and an administrator needs none', () => {
    for (const role of roles) expect(may(person(role, 'elsewhere'), action, home)).toBe(false)
    for (const role of roles) expect(may(person(role), action, {})).toBe(false)
    expect(may(person('stranger'), action, home)).toBe(false)
    expect(may(person('admin'), action, { site: 'elsewhere' })).toBe(true)
  })

  test('a site token of the operator', () => {
    expect(may(token(['read'], home), action, place)).toBe(row['read-token'])
    expect(may(token(['write'], home), action, place)).toBe(row['write-token'])
    expect(may(token([], home), action, place)).toBe(false)
    for (const scope of ['read', 'write'] as const) {
      expect(may(token([scope], { site: 'elsewhere' }), action, home)).toBe(false)
      expect(may(token([scope], home), action, {})).toBe(false)
    }
  })

  test.each(['stranger', ...roles, 'admin'] as const)(
    'a token never opens more than its owner (%s) may',
    owner => {
      for (const scope of ['read', 'write'] as const)
        for (const limits of [{}, home, onDevice])
          for (const resource of [{}, home, onDevice, { site: 'elsewhere' }]) {
            const allowed = may(token([scope], limits, owner), action, resource)
            if (allowed) expect(may(person(owner), action, resource)).toBe(true)
            if (allowed && 'site' in limits) expect(resource).toMatchObject(limits)
          }
    },
  )

  test('a token with all scopes and no limit opens exactly what its owner may, but makes no tokens or members', () => {
    const all = token(['read', 'write'], {}, 'owner')
    const never = action === 'tokens:write' || action === 'members:write'
    expect(may(all, action, place)).toBe(row.owner && !never)
  })

  test('a device token reaches its device only, and only its data', () => {
    const limited = token(['read', 'write'], onDevice)
    const data: Action[] = ['readings:read', 'readings:write', 'commands:send', 'energy:read']
    expect(may(limited, action, onDevice)).toBe(data.includes(action))
    expect(may(limited, action, home)).toBe(false)
    expect(may(limited, action, { site: 'home', device: 'other' })).toBe(false)
    expect(may(limited, action, { site: 'elsewhere', device: 'plug' })).toBe(false)
  })

  test('a device writes its own readings and nothing else', () => {
    expect(may(device, action, onDevice)).toBe(action === 'readings:write')
    expect(may(device, action, { site: 'home', device: 'other' })).toBe(false)
    expect(may(device, action, { site: 'elsewhere', device: 'plug' })).toBe(false)
    expect(may(device, action, home)).toBe(false)
    expect(may(device, action, {})).toBe(false)
  })

  test('anywhere means on some site', () => {
    const somewhere = (who: Principal) => mayAnywhere(who, action)
    for (const role of roles) expect(somewhere(person(role))).toBe(may(person(role), action, home))
    expect(somewhere(person('admin'))).toBe(true)
    expect(somewhere(person('stranger'))).toBe(false)
    expect(somewhere(token(['write'], home))).toBe(may(token(['write'], home), action, home))
    expect(somewhere(token(['write'], {}, 'operator'))).toBe(
      may(token(['write'], {}, 'operator'), action, home),
    )
    expect(somewhere(token(['write'], {}, 'stranger'))).toBe(false)
    expect(somewhere(device)).toBe(action === 'readings:write')
  })
})

test('every member makes tokens of their own, and nobody but an owner those of others', () => {
  for (const role of roles) {
    expect(may(person(role), 'tokens:write', { site: 'home', owner: role })).toBe(true)
    expect(may(person(role), 'tokens:write', { owner: role })).toBe(true)
    expect(may(person(role), 'tokens:write', { site: 'elsewhere', owner: role })).toBe(false)
    expect(may(person(role), 'tokens:write', { site: 'home', owner: 'other' })).toBe(role === 'owner')
    expect(may(person(role), 'tokens:write', { owner: 'other' })).toBe(false)
    expect(may(person(role), 'tokens:write', { owner: null })).toBe(false)
  }
})

test('an operator token without a site watches the platform, and with a site it does not', () => {
  expect(may(token(['read']), 'platform:read')).toBe(true)
  expect(may(token(['write']), 'platform:read')).toBe(false)
  expect(may(token(['read'], home), 'platform:read')).toBe(false)
})
