import type { BusHooks, Session } from '@ohmstead/bus'
import { mayPublish, maySubscribe, type Principal, type Registry } from '@ohmstead/registry'
import type { Logger } from 'pino'
import type { MqttIntake } from './ingest/mqttIntake.ts'
import type { PresenceBoard } from './presence.ts'

export interface BrokerHookParts {
  readonly registry: Registry
  readonly intake: MqttIntake
  readonly presence: PresenceBoard
  readonly log: Logger
}

/** What the broker asks of the platform: who somebody is, what they may do, and what becomes of readings. */
export function brokerHooks({ registry, intake, presence, log }: BrokerHookParts): BusHooks<Principal> {
  return {
    authenticate({ username, password, address }) {
      if (username === undefined || password === undefined) return Promise.resolve(null)
      return registry.authenticate.mqtt(username, password.toString(), address)
    },
    mayPublish: ({ principal }, topic) => mayPublish(principal, topic),
    maySubscribe: ({ principal }, filter) => maySubscribe(principal, filter),
    claims: topic => intake.claims(topic),
    intake(session, messages, done) {
      intake.store(session.principal, messages).then(() => done(), done)
    },
    publish(session, { topic }) {
      log.trace({ client: session.clientId, topic }, 'message')
    },
    connected: session => whenDevice(session, (site, device) => presence.connected(site, device)),
    disconnected: session => whenDevice(session, (site, device) => presence.disconnected(site, device)),
    trouble: (err, context) => log.warn({ err, context }, 'the broker met trouble'),
  }
}

function whenDevice({ principal }: Session<Principal>, then: (site: string, device: string) => void): void {
  if (principal.kind === 'device') then(principal.site, principal.device)
}
