import { once } from 'node:events'
import { connect } from 'node:net'
import { system } from '@ohmstead/registry'
import { httpRequest } from '@ohmstead/testkit'
import { expect, test } from 'vitest'
import { fixture, site } from './fixture.ts'

/** A few requests over one kept connection, one after the other; each answer's status. */
async function oneConnection(port: number) {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  return {
    async ask(authorization: string): Promise<number> {
      socket.write(httpRequest('GET', '/api/sites/home/devices', { authorization }))
      const [head] = (await once(socket, 'data')) as [Buffer]
      return Number(head.toString('latin1', 9, 12))
    },
    [Symbol.dispose]: () => void socket.destroy(),
  }
}

test('a sender known from its connection is let in by what it may do now', async () => {
  await using the = await fixture()
  const { token, viewer } = await site(the, 'home')
  await site(the, 'other')
  await the.api.listen({ host: '127.0.0.1', port: 0 })
  using connection = await oneConnection((the.api.server.address() as { port: number }).port)
  const by = system('test')
  const { token: made, text } = await the.registry.tokens.create(by, {
    name: 'gateway',
    site: 'home',
    scopes: ['read'],
  })
  const gateway = `Bearer ${text}`

  expect(await connection.ask(gateway)).toBe(200)
  expect(await connection.ask(gateway)).toBe(200)
  // The next request on it may be somebody else's, as behind a proxy.
  expect(await connection.ask('Bearer nobody')).toBe(401)
  expect(await connection.ask(token.authorization)).toBe(200)
  expect(await connection.ask(gateway)).toBe(200)
  await the.registry.tokens.revoke(by, made.id)
  expect(await connection.ask(gateway)).toBe(401)

  expect(await connection.ask(viewer.authorization)).toBe(200)
  await the.registry.members.remove(by, 'home', viewer.id)
  expect(await connection.ask(viewer.authorization)).toBe(404)
})
