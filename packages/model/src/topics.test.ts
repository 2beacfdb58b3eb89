import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isId } from './ids.ts'
import { parseTopic, topics } from './topics.ts'

/** UTF-16 units of every kind, lone surrogates among them. */
const anyText = (maxLength = 10) =>
  fc.array(fc.nat(0xffff), { maxLength }).map(units => String.fromCharCode(...units))

const id = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,62}$/)

test('a topic comes back as its parts', () => {
  expect(topics.readings('home', 'plug-1')).toBe('sites/home/devices/plug-1/readings')
  fc.assert(
    fc.property(
      id,
      id,
      fc.constantFrom('readings', 'status', 'commands', 'results'),
      (site, device, kind) => {
        expect(parseTopic(topics[kind](site, device))).toEqual({ site, device, kind })
      },
    ),
  )
})

test.each([
  '',
  'sites',
  'sites/home/devices/plug',
  'sites/home/devices/plug/readings/more',
  'sites/home/devices/plug/readings/',
  '/sites/home/devices/plug/readings',
  'sites/home/devices/plug/other',
  'sites/home/devices/plug/constructor',
  'sites/+/devices/plug/readings',
  'sites/home/devices/#/readings',
  'sites/Home/devices/plug/readings',
  'sites//devices/plug/readings',
  'sites/home/slots',
  'sensors/mill-sense',
  'sites/home/devices/pl\0ug/readings',
])('%j is no topic of a device', topic => expect(parseTopic(topic)).toBeUndefined())

test('any text is answered, with ids or not at all', () => {
  fc.assert(
    fc.property(anyText(), anyText(), (site, device) => {
      const parts = parseTopic(`sites/${site}/devices/${device}/readings`)
      expect(parts !== undefined).toBe(isId(site) && isId(device))
    }),
  )
})
