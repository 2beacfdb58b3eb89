import { systemClock } from '@ohmstead/model'
import type { DemoState } from './demoState.ts'
import { DeviceClient } from './deviceClient.ts'
import type { DeviceLogin } from './install.ts'
import { simulationsOf } from './load.ts'

// A process of its own, started by `ohmstead demo`: all simulated devices, each with its own connection and password.

/** What the parent says first; passwords come this way because arguments and environment are for all to see. */
export interface Orders {
  readonly url: string
  readonly state: Omit<DemoState, 'account'>
  readonly logins: readonly DeviceLogin[]
}

let clients: DeviceClient[] = []

function begin({ url, state, logins }: Orders): void {
  const simulations = new Map(simulationsOf(state).map(each => [each.site.id, each]))
  clients = logins.flatMap(login => {
    const simulation = simulations.get(login.site)
    const spec = simulation?.site.devices.find(({ id }) => id === login.device)
    return simulation && spec ? [new DeviceClient({ url, login, spec, simulation, clock: systemClock })] : []
  })
}

async function end(): Promise<void> {
  await Promise.all(clients.map(client => client.close()))
  process.exit(0)
}

// The clock's timers do not keep a process alive; the channel to the parent does, and its end is ours.
process.once('message', orders => begin(orders as Orders))
process.once('disconnect', end)
process.on('SIGINT', () => {})
process.once('SIGTERM', end)
