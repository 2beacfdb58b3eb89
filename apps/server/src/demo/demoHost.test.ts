import { tempFolder } from '@ohmstead/testkit'
import { expect, test } from 'vitest'
import { DemoHost, type DemoParts } from './demoHost.ts'

test('how far the command is that runs the demo can be asked for', () => {
  using folder = tempFolder()
  const demo = new DemoHost({ config: { dataDir: folder.path } } as DemoParts)
  demo.elsewhere(['readings', 0.5])
  expect(demo.status).toEqual({ state: 'elsewhere', done: 0.3 })
  demo.elsewhere(['energy', 1])
  expect(demo.status).toEqual({ state: 'elsewhere', done: 1 })
  demo.elsewhere(null)
  expect(demo.status).toEqual({ state: 'elsewhere' })
})
