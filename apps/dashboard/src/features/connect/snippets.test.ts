import { expect, test } from 'vitest'
import { snippets } from './snippets.ts'

const parts = {
  site: 'home',
  device: 'washer',
  username: 'home/washer',
  password: 'k3Qf',
  origin: 'https://ohm.example',
  host: 'ohm.example',
}

test('each way names the device, its credentials and where the server is', () => {
  const { http, mqtt, node } = snippets(parts)
  expect(http).toContain("curl -u 'home/washer:k3Qf'")
  expect(http).toContain('https://ohm.example/api/sites/home/devices/washer/readings')
  expect(mqtt).toContain("mosquitto_pub -h ohm.example -p 1883 -q 1 \\\n  -u 'home/washer' -P 'k3Qf'")
  expect(mqtt).toContain('-t sites/home/devices/washer/readings')
  expect(node).toContain("url: 'wss://ohm.example/mqtt'")
})

test('what is sent is a reading', () => {
  const payload = /-m '(.+)'/.exec(snippets(parts).mqtt)?.[1]
  expect(JSON.parse(payload!)).toEqual({ measurement: 'electricalMeter', fields: { power: 412.5 } })
})
