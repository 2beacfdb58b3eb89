import fc from 'fast-check'
import { Qlobber } from 'qlobber'
import { describe, expect, test } from 'vitest'
import { isTopicFilter, isTopicName, matches, readText } from './topics.ts'
import { TopicTree } from './topicTree.ts'

const limits = { maxTopicBytes: 64, maxTopicDepth: 5 }
const level = fc.constantFrom('a', 'b', '', 'sites', '$x')
const topic = fc.array(level, { minLength: 1, maxLength: 5 }).map(levels => levels.join('/'))
const filter = fc
  .tuple(
    fc.array(fc.oneof(level, fc.constant('+')), { minLength: 0, maxLength: 4 }),
    fc.constantFrom('#', '+', 'a', ''),
  )
  .map(([levels, last]) => [...levels, last].join('/'))
  .filter(text => text !== '')

describe('topic names', () => {
  test.each(['a', 'a/b/c/d/e', '/', 'a//b', 'Grüße/温度', 'a b', 'x'.repeat(64)])('%j is one', name => {
    expect(isTopicName(name, limits)).toBe(true)
  })
  test.each([
    '',
    'a/+',
    'a/#',
    '+',
    'a+',
    'a\0',
    'a\nb',
    'a\u0085',
    '$SYS/x',
    '$x',
    'a/b/c/d/e/f',
    'x'.repeat(65),
    '温'.repeat(22),
  ])('%j is none', name => {
    expect(isTopicName(name, limits)).toBe(false)
  })
})

describe('topic filters', () => {
  test.each(['#', '+', 'a/#', '+/+', 'a/+/b', '/#', '/+', 'a//#', '$SYS/#'])('%j is one', text => {
    expect(isTopicFilter(text, limits)).toBe(true)
  })
  test.each([
    '',
    'a+',
    '+a',
    'a/+b',
    'a#',
    'a/#/b',
    '#/a',
    '##',
    'u4/#/temperature',
    'a/b#',
    'a\0',
    'a/b/c/d/e/#',
  ])('%j is none', text => {
    expect(isTopicFilter(text, limits)).toBe(false)
  })
})

test('text is strict UTF-8 without control characters', () => {
  expect(readText(Buffer.from('Küche/温度/🔌'))).toBe('Küche/温度/🔌')
  for (const bytes of [
    [0xff],
    [0xc0, 0x80],
    [0xed, 0xa0, 0x80],
    [0xf5, 0x80, 0x80, 0x80],
    [0x61, 0x00],
    [0x1b],
    [0xc2, 0x85],
  ]) {
    expect(readText(Buffer.from(bytes))).toBeUndefined()
  }
})

describe('what a filter selects', () => {
  test.each([
    ['a/+/c', 'a/b/c', true],
    ['a/+/c', 'a/b/c/d', false],
    ['a/#', 'a', true],
    ['a/#', 'a/b/c', true],
    ['a/#', 'ab', false],
    ['+', '/a', false],
    ['/+', '/a', true],
    ['#', '$SYS/a', false],
    ['+/a', '$SYS/a', false],
    ['$SYS/#', '$SYS/a', true],
    ['a', 'A', false],
  ])('%s and %s: %s', (pattern, name, expected) => {
    expect(matches(pattern, name)).toBe(expected)
  })

  test('is what the broker’s matcher says', () => {
    fc.assert(
      fc.property(filter, topic, (pattern, name) => {
        fc.pre(!name.startsWith('$'))
        const matcher = new Qlobber<number>({
          wildcard_one: '+',
          wildcard_some: '#',
          separator: '/',
          match_empty_levels: true,
        })
        matcher.add(pattern, 1)
        expect(matches(pattern, name)).toBe(matcher.match(name).length > 0)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('the tree of topics', () => {
  test('selects what the filter matches, after any adding and removing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(topic, fc.boolean()), { maxLength: 40 }),
        fc.array(filter, { minLength: 1, maxLength: 5 }),
        (changes, filters) => {
          const tree = new TopicTree<string>()
          const kept = new Set<string>()
          for (const [name, add] of changes) {
            if (add) tree.set(name, name)
            else tree.delete(name)
            if (add) kept.add(name)
            else kept.delete(name)
          }
          expect(tree.size).toBe(kept.size)
          for (const pattern of filters) {
            expect([...tree.select(pattern)].sort()).toEqual(
              [...kept].filter(name => matches(pattern, name)).sort(),
            )
          }
        },
      ),
      { numRuns: 1000 },
    )
  })
})
