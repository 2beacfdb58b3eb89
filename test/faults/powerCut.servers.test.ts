import { join } from 'node:path'
import { Platform, tempFolder } from '@ohmstead/testkit'
import { expect, test } from 'vitest'
import { AckLog } from './ackLog.ts'
import { LoopImage } from './loopImage.ts'
import { isLong, isRoot, rounds, somewhere } from './rounds.ts'

const count = rounds(1, 10)

function disk(folder: string): LoopImage | string {
  if (!isRoot) return 'not root'
  try {
    return LoopImage.make(folder, 512)
  } catch (error) {
    return `no loop device: ${(error as Error).message.split('\n')[0]}`
  }
}

test(`no acknowledged reading is lost over ${count} power cuts`, { timeout: 600_000 }, async context => {
  using folder = tempFolder()
  const made = disk(folder.path)
  if (typeof made === 'string') return context.skip(made)
  using image = made
  await using platform = await Platform.start(join(image.path, 'data'))
  const log = await AckLog.open(platform, 10)
  let slowestMs = 0
  for (let round = 0; round < count; round++) {
    await log.publishUntil(
      somewhere(300, 1500).then(() => {
        log.freeze()
        image.cut()
      }),
    )
    await platform.kill()
    image.unmount()
    image.mount()
    slowestMs = Math.max(slowestMs, await platform.restart())
  }
  const verdict = await log.check()
  console.log(
    `${count} power cuts, ${log.acknowledged} acknowledged before them, slowest start ${slowestMs.toFixed(0)} ms`,
    verdict,
  )
  expect(log.acknowledged).toBeGreaterThan(count * 500)
  expect(verdict).toEqual({ lost: 0, twice: 0 })
  if (isLong) expect(slowestMs).toBeLessThan(5000)
  await platform.kill()
})
