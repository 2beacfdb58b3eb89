import { expect, test } from 'vitest'
import { seenFrom, snippets } from './snippets.ts'

const parts = { site: 'home', device: 'washer', username: 'home/washer', password: 'k3Qf' }
const server = {
  http: 'https://ohm.example',
  webSocket: 'wss://ohm.example/mqtt',
  mqtt: { host: 'mqtt.ohm.example', port: 11883 },
  mqtts: null,
}

test('each way names the device, its credentials and where the server is', () => {
  const { http, mqtt, node } = snippets(parts, server)
  expect(http).toContain("curl -u 'home/washer:k3Qf'")
  expect(http).toContain('https://ohm.example/api/sites/home/devices/washer/readings')
  expect(mqtt).toContain("mosquitto_pub -h mqtt.ohm.example -p 11883 -q 1 \\\n  -u 'home/washer' -P 'k3Qf'")
  expect(mqtt).toContain('-t sites/home/devices/washer/readings')
  expect(node).toContain("url: 'wss://ohm.example/mqtt'")
})

test('what is sent is a reading', () => {
  const payload = /-m '(.+)'/.exec(snippets(parts, server).mqtt!)?.[1]
  expect(JSON.parse(payload!)).toEqual({ measurement: 'electricalMeter', fields: { power: 412.5 } })
})

test('MQTT goes over TLS where the server has it, and is left out where devices cannot reach it', () => {
  const mqtts = { host: 'ohm.example', port: 8883 }
  expect(snippets(parts, { ...server, mqtts }).mqtt).toContain(
    '-h ohm.example -p 8883 --tls-use-os-certs -q 1',
  )
  expect(snippets(parts, { ...server, mqtt: null })).not.toHaveProperty('mqtt')
})

test('a page knows better than the server how it was reached, unless the server has a public address', () => {
  const page = { origin: 'https://ohm.example', host: 'ohm.example' }
  expect(seenFrom(page, undefined)).toMatchObject({ http: 'https://ohm.example', mqtt: null })
  const behindProxy = { ...server, http: 'http://ohm.example', webSocket: 'ws://ohm.example/mqtt' }
  expect(seenFrom(page, behindProxy)).toEqual(server)
  expect(seenFrom({ origin: 'http://10.0.0.2:8080', host: '10.0.0.2:8080' }, server)).toEqual(server)
})
