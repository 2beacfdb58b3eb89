import { execFileSync, spawnSync } from 'node:child_process'
import { systemClock } from '@ohmstead/model'
import { tempFolder } from '@ohmstead/testkit'
import { afterAll, describe, expect, test } from 'vitest'
import { until } from '../test/openTest.ts'
import { defaultLimits } from './limits.ts'
import { SessionStore } from './sessionStore.ts'

const folder = tempFolder()
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=400k', 'tmpfs', folder.path]).status === 0
if (!mounted)
  console.log('no right to mount a small disk: the full-disk test of the broker’s state is skipped')
afterAll(() => {
  if (mounted) spawnSync('umount', [folder.path])
  folder[Symbol.dispose]()
})

describe.skipIf(!mounted)('a full disk', () => {
  test('holds acknowledgements back, is told once, and is over when there is room', async () => {
    const file = `${folder.path}/state.sqlite`
    const troubles: Error[] = []
    const trouble = (error: Error) => void troubles.push(error)
    const store = new SessionStore({ file, clock: systemClock, limits: defaultLimits, trouble })
    const kept: string[] = []
    const keep = async (topic: string) => {
      const payload = Buffer.alloc(20_000, 1)
      await store.storeRetained({ cmd: 'publish', topic, payload, qos: 1, retain: true, dup: false })
      await store.committed()
      kept.push(topic)
    }
    const keeping = (async () => {
      for (let at = 0; at < 40; at++) await keep(`r/${at}`)
    })()
    await until(() => store.writeFailures >= 2)
    const before = kept.length
    expect(before).toBeLessThan(40)
    expect(troubles).toHaveLength(1)
    execFileSync('mount', ['-o', 'remount,size=20m', folder.path])
    await keeping
    expect(store.writeFailures).toBe(0)
    expect(troubles).toHaveLength(1)
    store.close()
    const again = new SessionStore({ file, clock: systemClock, limits: defaultLimits, trouble })
    expect(again.retained).toBe(40)
    again.close()
  })
})
