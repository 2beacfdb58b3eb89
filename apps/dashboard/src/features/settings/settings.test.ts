import type { Place } from '@ohmstead/sdk'
import { expect, test } from 'vitest'
import { mayLieIn, treeOf } from './placeTree.ts'
import { rightsOf, sectionsFor } from './sections.ts'

test.each([
  [
    { admin: true, roles: {} },
    { admin: true, owner: true, operator: true },
  ],
  [
    { admin: false, roles: { home: 'owner' } },
    { admin: false, owner: true, operator: true },
  ],
  [
    { admin: false, roles: { home: 'operator' } },
    { admin: false, owner: false, operator: true },
  ],
  [
    { admin: false, roles: { home: 'viewer' } },
    { admin: false, owner: false, operator: false },
  ],
  [
    { admin: false, roles: { other: 'owner' } },
    { admin: false, owner: false, operator: false },
  ],
] as const)('%j may %j', (profile, rights) => {
  expect(rightsOf(profile, 'home')).toEqual(rights)
})

test('who may only look is not shown what the server would refuse', () => {
  const viewer = sectionsFor({ owner: false, operator: false, admin: false })
  expect(viewer).toEqual(['site', 'places', 'tokens', 'refused', 'account'])
  expect(sectionsFor({ owner: true, operator: true, admin: true })).toHaveLength(9)
})

const place = (id: string, parent: string | null = null): Place => ({
  id,
  site: 'home',
  name: id.toUpperCase(),
  kind: 'room',
  parent,
})
const places = [place('z-room', 'floor'), place('floor'), place('a-room', 'floor'), place('garden')]

test('places stand below what they lie in, by name', () => {
  expect(treeOf(places, 'en').map(({ place, depth }) => `${'-'.repeat(depth)}${place.id}`)).toEqual([
    'floor',
    '-a-room',
    '-z-room',
    'garden',
  ])
})

test('a place whose parent is not there is not lost', () => {
  expect(treeOf([place('a', 'gone')], 'en')).toHaveLength(1)
})

test('a place cannot be moved into itself or into what lies in it', () => {
  expect(mayLieIn(places, 'floor').map(({ id }) => id)).toEqual(['garden'])
  expect(mayLieIn(places, 'a-room').map(({ id }) => id)).toEqual(['z-room', 'floor', 'garden'])
})
