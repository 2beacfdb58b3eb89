import { expect, test } from 'vitest'
import { Config } from './config/config.ts'
import { fixture, site } from './http/fixture.ts'
import { clientAddress, trusts } from './trustedProxies.ts'

const proxies = trusts(['127.0.0.1', '10.0.0.0/8', '2001:db8::/64'])

test.each([
  ['nobody says anything', '192.0.2.9', undefined, '192.0.2.9'],
  ['a stranger says what they like', '192.0.2.9', '203.0.113.1', '192.0.2.9'],
  ['a proxy tells who it heard', '127.0.0.1', '203.0.113.1', '203.0.113.1'],
  ['as IPv4 looks on an IPv6 socket', '::ffff:127.0.0.1', '203.0.113.1', '203.0.113.1'],
  ['over IPv6', '2001:db8::5', '2001:db8:1::7', '2001:db8:1::7'],
  ['two proxies', '127.0.0.1', '203.0.113.1, 10.2.3.4', '203.0.113.1'],
  ['what a client made up before its proxy spoke', '127.0.0.1', '1.1.1.1, 203.0.113.1', '203.0.113.1'],
  ['something that is no address', '127.0.0.1', 'unknown', '127.0.0.1'],
  ['a proxy that asks by itself', '127.0.0.1', undefined, '127.0.0.1'],
])('%s', (_name, peer, header, client) => expect(clientAddress(peer, header, proxies)).toBe(client))

test.each(['proxy.local', '10.0.0.0/33', '10.0.0.0/8/8', '', '::1/129'])('%j is no range', text => {
  const config = { http: { trustedProxies: [text] } }
  expect(Config.safeParse(config).error?.issues[0]).toMatchObject({
    path: ['http', 'trustedProxies', 0],
    message: expect.stringContaining('expected an address'),
  })
})

test('networks have names', () => {
  const isTrusted = trusts(['loopback', 'uniquelocal'])
  expect(['127.0.0.5', '::1', '192.168.3.4', 'fd00::1', '192.0.2.1'].map(isTrusted)).toEqual([
    true,
    true,
    true,
    true,
    false,
  ])
})

test.each([
  ['behind a trusted proxy each client has tries of its own', ['127.0.0.1'], 401],
  ['a header of nobody trusted changes nothing', [], 429],
])('%s', async (_name, trustedProxies, status) => {
  await using the = await fixture({ config: { http: { trustedProxies } } })
  await site(the, 'home')
  const guess = async (from: string) => {
    const headers = {
      authorization: `Basic ${Buffer.from('home/fridge:wrong').toString('base64')}`,
      'x-forwarded-for': from,
    }
    return (await the.api.inject({ url: '/api/sites', headers })).statusCode
  }
  for (let tries = 0; tries < 10; tries++) expect(await guess('203.0.113.1')).toBe(401)
  expect(await guess('203.0.113.1')).toBe(429)
  expect(await guess('203.0.113.2')).toBe(status)
})
