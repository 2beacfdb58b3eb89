import { describe, expect, test } from 'vitest'
import { anonymous, type Principal } from './policy.ts'
import { mayPublish, maySubscribe } from './topicPolicy.ts'

const scopes = (...names: ('read' | 'write')[]) => new Set(names)
const someone = { kind: 'person', id: 'p', email: 'p@example.org', admin: false } as const
const operator = { ...someone, roles: new Map([['home', 'operator']] as const) }
const admin = { ...someone, admin: true, roles: new Map() }

const principals = {
  nobody: anonymous,
  device: { kind: 'device', site: 'home', device: 'plug' },
  viewer: { ...someone, roles: new Map([['home', 'viewer']] as const) },
  operator,
  admin,
  stranger: { ...someone, roles: new Map() },
  writes: { kind: 'token', id: 't', site: 'home', device: null, scopes: scopes('write'), owner: null },
  reads: { kind: 'token', id: 't', site: 'home', device: null, scopes: scopes('read'), owner: null },
  plugToken: {
    kind: 'token',
    id: 't',
    site: 'home',
    device: 'plug',
    scopes: scopes('read', 'write'),
    owner: null,
  },
  allSites: {
    kind: 'token',
    id: 't',
    site: null,
    device: null,
    scopes: scopes('read', 'write'),
    owner: null,
  },
  adminsToken: {
    kind: 'token',
    id: 't',
    site: null,
    device: null,
    scopes: scopes('read', 'write'),
    owner: admin,
  },
  operatorsToken: {
    kind: 'token',
    id: 't',
    site: null,
    device: null,
    scopes: scopes('read', 'write'),
    owner: operator,
  },
} as const satisfies Record<string, Principal>
type Name = keyof typeof principals
const names = Object.keys(principals) as Name[]

/** Topic or filter → everybody who may; all others may not. */
type Table = readonly (readonly [topic: string, who: readonly Name[]])[]

const writers: Name[] = ['operator', 'admin', 'writes', 'allSites', 'adminsToken', 'operatorsToken']
const plugWriters: Name[] = [...writers, 'plugToken']

const publishing: Table = [
  ['sites/home/devices/plug/readings', ['device', ...plugWriters]],
  ['sites/home/devices/plug/status', ['device', ...plugWriters]],
  ['sites/home/devices/plug/results', ['device', ...plugWriters]],
  ['sites/home/devices/plug/commands', plugWriters],
  ['sites/home/devices/other/readings', writers],
  ['sites/home/devices/other/commands', writers],
  ['sites/elsewhere/devices/plug/readings', ['admin', 'allSites', 'adminsToken']],
  ['sensors/temperature', plugWriters],
  ['sensors/a/b/c', plugWriters],
  ['sensors', []],
  ['sensors/', []],
  // The server's own.
  ['sites/home/slots', []],
  ['sites/home/events', []],
  ['sites/home/alerts', []],
  ['components/solver/requests', []],
  // Not topics of ours, or not topics at all.
  ['sites/home/devices/plug', []],
  ['sites/home/devices/plug/readings/more', []],
  ['sites/home/devices/plug/toString', []],
  ['sites/home/devices/plug/Readings', []],
  ['sites/home/places/plug/readings', []],
  ['sites/Home/devices/plug/readings', []],
  ['sites/home/devices/../readings', []],
  ['/sites/home/devices/plug/readings', []],
  ['sites/home/devices/plug/readings/', []],
  ['sites//devices/plug/readings', []],
  ['sites/+/devices/plug/readings', []],
  ['sites/home/devices/+/readings', []],
  ['sites/home/devices/#', []],
  ['sites/home/devices/plug\u0000/readings', []],
  ['$SYS/broker', []],
  ['$share/g/sites/home/devices/plug/readings', []],
  ['anything', []],
  ['', []],
]

const readers: Name[] = ['viewer', 'operator', 'admin', 'reads', 'allSites', 'adminsToken', 'operatorsToken']
const everywhere: Name[] = ['admin', 'allSites', 'adminsToken']

const subscribing: Table = [
  ['sites/home/devices/plug/commands', ['device', 'plugToken', ...readers]],
  ['sites/home/devices/plug/readings', ['plugToken', ...readers]],
  ['sites/home/devices/plug/+', ['plugToken', ...readers]],
  ['sites/home/devices/plug/#', ['plugToken', ...readers]],
  ['sites/home/devices/other/commands', readers],
  ['sites/home/devices/+/commands', readers],
  ['sites/home/devices/+/readings', readers],
  ['sites/home/devices/#', readers],
  ['sites/home/+/plug/readings', readers],
  ['sites/home/#', readers],
  ['sites/home', readers],
  ['sites/home/slots', readers],
  ['sites/elsewhere/#', everywhere],
  ['sites/elsewhere/devices/plug/commands', everywhere],
  ['sites/+/slots', everywhere],
  ['sites/#', everywhere],
  ['sensors/#', everywhere],
  ['sites', []],
  ['#', []],
  ['+/home/#', []],
  ['+', []],
  ['sites/home+/#', []],
  ['sites/home/#/readings', []],
  ['sites/home/devices/pl+/readings', []],
  ['sites/Home/#', []],
  ['sites/$x/#', []],
  ['sites//#', []],
  ['components/+/requests', []],
  ['$SYS/#', []],
  ['$share/g/sites/home/#', []],
  ['', []],
]

describe('publish', () => {
  test.each(publishing)('%s', (topic, who) => {
    expect(names.filter(name => mayPublish(principals[name], topic))).toEqual(
      names.filter(name => who.includes(name)),
    )
  })
})

describe('subscribe', () => {
  test.each(subscribing)('%s', (filter, who) => {
    expect(names.filter(name => maySubscribe(principals[name], filter))).toEqual(
      names.filter(name => who.includes(name)),
    )
  })
})
