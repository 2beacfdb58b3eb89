import { openRegistry, system } from '../src/index.ts'

/** Makes devices without end and says each one that the registry has acknowledged. Ends by being killed. */
const [file, run] = process.argv.slice(2)
const registry = await openRegistry({ dialect: 'sqlite', file })
if (!registry.sites.known('home'))
  await registry.sites.create(system('test'), { id: 'home', name: 'Home', timezone: 'Europe/Oslo' })

for (let at = 0; ; at++) {
  await registry.devices.create(system('test'), 'home', { id: `r${run}-${at}`, name: 'D' })
  process.stdout.write(`r${run}-${at}\n`)
}
