import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { tempFolder } from '@ohmstead/testkit'
import { expect, test } from 'vitest'
import { openRegistry } from '../src/index.ts'

const rounds = 8

/** Lets the process make `count` changes, kills it and answers all it had acknowledged. */
async function changeAndKill(file: string, run: number, count: number): Promise<string[]> {
  const script = join(import.meta.dirname, 'changer.ts')
  const child = spawn(process.execPath, [script, file, String(run)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const acknowledged: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line)
    if (acknowledged.length === count) child.kill('SIGKILL')
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  expect(child.signalCode).toBe('SIGKILL')
  return acknowledged
}

test('a process that is killed loses no change it had acknowledged, and its chain is whole', async () => {
  using folder = tempFolder()
  const file = join(folder.path, 'registry.db')
  const acknowledged: string[] = []
  for (let run = 0; run < rounds; run++) {
    acknowledged.push(...(await changeAndKill(file, run, 1 + ((run * 7) % 23))))
    await using registry = await openRegistry({ dialect: 'sqlite', file })
    const stored = new Set(registry.devices.all('home').map(device => device.id))
    expect(acknowledged.filter(id => !stored.has(id))).toEqual([])
    // One entry for the site and one for each device: nothing is there without its entry.
    expect(await registry.audit.verify()).toEqual({ ok: true, entries: stored.size + 1 })
  }
})
