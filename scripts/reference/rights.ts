import { deviceTopicKinds, type Role, roles, type Scope, scopes, topics } from '@ohmstead/model'
import { type Action, actions, may, mayPublish, maySubscribe, type Principal } from '@ohmstead/registry'
import { code, generated, table } from './markdown.ts'

const site = 'site'
const device = 'device'

const meanings: Readonly<Record<Action, string>> = {
  'site:create': 'make a site',
  'site:read': 'see a site, its places and its devices',
  'site:write': 'change a site and its places',
  'site:remove': 'remove a site with everything in it',
  'readings:read': 'read readings, live ones too',
  'readings:write': 'send readings for any device of the site',
  'device:create': 'make a device',
  'device:write': 'change or remove a device or a virtual meter',
  'credentials:issue': 'make and revoke the passwords of devices',
  'commands:send': 'send commands to devices',
  'energy:read': 'read energy, slots, revisions and corrections',
  'rules:read': 'see rules, events and alerts; try a rule over the past',
  'rules:write': 'make, change and remove rules; replay the past',
  'alerts:acknowledge': 'acknowledge and clear alerts',
  'energy:edit': 'correct energy, and undo it',
  'members:read': 'see who is a member',
  'members:write': 'invite, change and remove members',
  'tokens:write': 'see and revoke all tokens of the site; own ones everybody may',
  'audit:read': 'read the record of changes of the site',
  'platform:read': 'read metrics, accounts and the record of the whole platform',
  'platform:write': 'change accounts',
}

function person(role: Role | 'administrator'): Principal {
  const admin = role === 'administrator'
  return {
    kind: 'person',
    id: 'p',
    email: 'p@example.org',
    admin,
    roles: new Map(admin ? [] : [[site, role]]),
  }
}

function token(given: readonly Scope[], limits: { device?: string } = {}): Principal {
  const owner = person('administrator') as Extract<Principal, { kind: 'person' }>
  return { kind: 'token', id: 't', site, device: limits.device ?? null, scopes: new Set(given), owner }
}

const people = [...[...roles].reverse(), 'administrator'] as const
const deviceItself: Principal = { kind: 'device', site, device }

/** The least role that may, and the scope that a token needs for it. */
export function needs(action: Action): { role: string; scope: string } {
  const platform = people.slice(0, -1).every(role => !may(person(role), action, { site, device }))
  const role = people.find(one => may(person(one), action, { site, device })) ?? 'nobody'
  const scope = scopes.find(one => may(token([one]), action, { site, device }))
  return { role: platform ? 'administrator' : role, scope: scope ?? 'none' }
}

export function rightsPage(): string {
  const yes = (allowed: boolean) => (allowed ? '✓' : '')
  const rows = actions.map(action => [
    meanings[action],
    ...people.map(role => yes(may(person(role), action, { site, device }))),
    needs(action).scope === 'none' ? '–' : code(needs(action).scope),
    yes(scopes.some(scope => may(token([scope], { device }), action, { site, device }))),
    yes(may(deviceItself, action, { site, device })),
  ])
  return `# Rights

${generated} Roles are held on a site; an administrator is one of the whole platform. A token opens what its maker may do, as far as its
scope, its site and its device reach; *–* is closed to every token, so that a stolen one cannot make itself a successor.

${table(['may', ...people, 'scope of a token', 'token of one device', 'device'], rows)}

## On topics

${table(['topic', '', ...topicPeople.map(([name]) => name)], topicRows(yes))}

A publish that is not allowed ends the connection, as MQTT 3.1.1 has no other way to say no, and the client’s next attempts are
refused for a growing while (1 s to 5 min). A subscription that is not allowed is refused. Both are counted in [metrics](./metrics).
`
}

const topicPeople: readonly (readonly [string, Principal])[] = [
  ['device', deviceItself],
  ['site token, read', token(['read'])],
  ['site token, write', token(['write'])],
  ['viewer', person('viewer')],
  ['operator, owner', person('operator')],
  ['administrator', person('administrator')],
]

function topicRows(yes: (allowed: boolean) => string): string[][] {
  const names = [
    ...deviceTopicKinds.map(kind => [topics[kind](site, device), topics[kind]('{site}', '{device}')]),
    [topics.slots(site), topics.slots('{site}')],
    ['sensors/meter', 'sensors/#'],
  ]
  return names.flatMap(([topic, shown]) => [
    [code(shown!), 'publish', ...topicPeople.map(([, who]) => yes(mayPublish(who, topic!)))],
    [code(shown!), 'subscribe', ...topicPeople.map(([, who]) => yes(maySubscribe(who, topic!)))],
  ])
}
