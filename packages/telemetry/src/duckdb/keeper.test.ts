import { expect, test } from 'vitest'
import { StoreUnavailable } from '../errors.ts'
import type { Engine } from './engine.ts'
import { faultOf } from './faults.ts'
import { Keeper } from './keeper.ts'

const invalid = new Error(
  'FATAL Error: Failed: database has been invalidated because of a previous fatal error',
)

function setUp() {
  const scene = { now: 0, opened: 0, closed: 0, failure: undefined as Error | undefined }
  const clock = { now: () => scene.now, after: () => () => {} }
  const open = async () => {
    if (scene.failure !== undefined) throw scene.failure
    scene.opened++
    return { close: async () => void scene.closed++ } as unknown as Engine
  }
  return { scene, keeper: new Keeper(open, clock) }
}

test.each([
  [
    'TransactionContext Error: Transaction COMMIT succeeded and is durable, but the autocheckpoint failed.',
    'stored',
  ],
  [invalid.message, 'fatal'],
  ['IO Error: Could not write file: No space left on device', 'failed'],
])('%s means: %s', (message, fault) => {
  expect(faultOf(new Error(message))).toBe(fault)
})

test('a valid engine is kept, an invalid one closed and replaced once', async () => {
  const { scene, keeper } = setUp()
  await keeper.start()
  const engine = await keeper.engine()
  expect(keeper.report(engine, new Error('out of range'))).toBe('failed')
  expect(await keeper.engine()).toBe(engine)
  keeper.report(engine, invalid)
  keeper.report(engine, invalid)
  const [one, other] = await Promise.all([keeper.engine(), keeper.engine()])
  expect(one).toBe(other)
  expect(scene).toMatchObject({ opened: 2, closed: 1 })
})

test('while it cannot be opened, it is tried again with back-off and refused in between', async () => {
  const { scene, keeper } = setUp()
  await keeper.start()
  keeper.report(await keeper.engine(), invalid)
  scene.failure = new Error('no space')
  await expect(keeper.engine()).rejects.toThrow(StoreUnavailable)
  scene.failure = undefined
  await expect(keeper.engine()).rejects.toThrow(StoreUnavailable)
  scene.now += 100
  await keeper.engine()
  expect(scene.opened).toBe(2)
})

test('closed, it opens nothing any more', async () => {
  const { keeper } = setUp()
  await keeper.start()
  await keeper.close()
  await expect(keeper.engine()).rejects.toThrow(StoreUnavailable)
})
