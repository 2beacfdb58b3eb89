import { expect, test } from 'vitest'
import { settings } from './settings.ts'
import { strayVariables } from './stray.ts'

test('a setting that is mistyped is found, with what was meant', () => {
  const env = { OHMSTEAD_HTPP_PORT: '80', OHMSTEAD_DATADIR: '/data', HOME: '/root' }
  expect(strayVariables(env)).toEqual([
    { name: 'OHMSTEAD_HTPP_PORT', meant: 'OHMSTEAD_HTTP_PORT' },
    { name: 'OHMSTEAD_DATADIR', meant: 'OHMSTEAD_DATA_DIR' },
  ])
})

test('settings, what other commands read and what others made up are left alone', () => {
  const names = [...settings.map(({ env }) => env), 'OHMSTEAD_TOKEN', 'OHMSTEAD_MQTT_URL', 'OHMSTEAD_OF_MINE']
  expect(strayVariables(Object.fromEntries(names.map(name => [name, 'x'])))).toEqual([])
})
