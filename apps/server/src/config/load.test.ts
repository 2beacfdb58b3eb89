import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { loadConfig } from './load.ts'
import { settings } from './settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'ohmstead-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
function load(yaml: string | null, env = {}, flags = {}) {
  const file = join(folder, `${files++}.yaml`)
  if (yaml !== null) writeFileSync(file, yaml)
  return loadConfig({ file, env, flags })
}

test('every setting has a default that works alone', () => {
  expect(load(null)).toMatchObject({
    dataDir: './data',
    http: { host: '127.0.0.1', port: 8080 },
    mqtt: { host: '127.0.0.1', port: 1883 },
    admin: {},
  })
})

test('flags win over the environment, which wins over the file', () => {
  const yaml = 'http: { port: 1, host: file }\nmqtt: { port: 1 }\ndataDir: /file'
  const config = load(yaml, { OHMSTEAD_HTTP_PORT: '2', OHMSTEAD_DATA_DIR: '/env' }, { 'http-port': '3' })
  expect(config).toMatchObject({ http: { port: 3, host: 'file' }, mqtt: { port: 1 }, dataDir: '/env' })
})

test('names that scripts rely on exist', () => {
  const names = settings.map(setting => setting.env)
  expect(names).toEqual(
    expect.arrayContaining([
      'OHMSTEAD_HTTP_PORT',
      'OHMSTEAD_HTTP_HOST',
      'OHMSTEAD_MQTT_PORT',
      'OHMSTEAD_MQTT_HOST',
      'OHMSTEAD_DATA_DIR',
      'OHMSTEAD_ADMIN_EMAIL',
      'OHMSTEAD_ADMIN_PASSWORD',
    ]),
  )
})

describe('a refusal names the field and its source', () => {
  const refusals: [name: string, yaml: string, env: Record<string, string>, text: RegExp][] = [
    [
      'a port that is no number',
      '',
      { OHMSTEAD_HTTP_PORT: 'http' },
      /^http\.port: expected a number \(from OHMSTEAD_HTTP_PORT/,
    ],
    ['a port out of range', 'mqtt: { port: 70000 }', {}, /^mqtt\.port: .*\.yaml/],
    ['a level that does not exist', 'log: { level: loud }', {}, /^log\.level: /],
    ['a setting that does not exist', 'htpp: { port: 1 }', {}, /htpp/],
    ['an address that is no URL', '', { OHMSTEAD_HTTP_PUBLIC_URL: 'here' }, /^http\.publicUrl: /],
    ['a file that is not YAML', 'a: [', {}, /not valid YAML/],
    ['a file that is a list', '- 1', {}, /settings by name/],
  ]
  test.each(refusals)('%s', (_name, yaml, env, text) => {
    expect(() => load(yaml, env)).toThrow(text)
  })
})
