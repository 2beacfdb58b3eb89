import { expect, test } from 'vitest'
import { Config } from '../../config/config.ts'
import { fixture } from '../fixture.ts'
import { connectionOf } from './connection.ts'

const ports = { mqtt: 1883, mqtts: undefined }
const lan = { protocol: 'http', host: '192.168.1.5:8080', hostname: '192.168.1.5' }
const open = { mqtt: { host: '0.0.0.0' } }

const of = (config: object, asked = lan, listened: { mqtt: number; mqtts: number | undefined } = ports) =>
  connectionOf(Config.parse(config), listened, asked)

test('without settings devices take the way that the asker took', () => {
  expect(of(open)).toEqual({
    http: 'http://192.168.1.5:8080',
    webSocket: 'ws://192.168.1.5:8080/mqtt',
    mqtt: { host: '192.168.1.5', port: 1883 },
    mqtts: null,
  })
})

test('a broker that listens on loopback is told of on this machine only', () => {
  expect(of({}).mqtt).toBeNull()
  for (const hostname of ['localhost', '127.0.0.1', '[::1]'])
    expect(of({}, { protocol: 'http', host: `${hostname}:8080`, hostname }).mqtt).toEqual({
      host: hostname.replace(/[[\]]/g, ''),
      port: 1883,
    })
})

test('behind a proxy and a router the public addresses count', () => {
  const config = {
    http: { publicUrl: 'https://energy.example.org/' },
    mqtt: { publicHost: 'mqtt.example.org', publicPort: 11883, publicTlsPort: 8883 },
  }
  expect(of(config)).toEqual({
    http: 'https://energy.example.org',
    webSocket: 'wss://energy.example.org/mqtt',
    mqtt: { host: 'mqtt.example.org', port: 11883 },
    mqtts: { host: 'mqtt.example.org', port: 8883 },
  })
  expect(of({ http: config.http, ...open }).mqtt).toEqual({ host: 'energy.example.org', port: 1883 })
})

test('TLS is told of once it is listened on', () => {
  expect(of(open, lan, { mqtt: 1883, mqtts: 8883 }).mqtts).toEqual({ host: '192.168.1.5', port: 8883 })
})

test('whoever is signed in may know, nobody else', async () => {
  await using the = await fixture()
  expect((await the.api.inject('/api/connection')).statusCode).toBe(401)
  const { text } = await the.registry.tokens.create(
    { kind: 'system', id: 'test' },
    { name: 't', scopes: ['read'] },
  )
  const answer = await the.api.inject({
    url: '/api/connection',
    headers: { authorization: `Bearer ${text}`, host: '127.0.0.1:8080' },
  })
  expect(answer.json()).toMatchObject({
    http: 'http://127.0.0.1:8080',
    mqtt: { host: '127.0.0.1', port: 1883 },
    mqtts: null,
  })
})
