import { InvalidInput } from '@ohmstead/model'
import { actorOf, type Principal } from '@ohmstead/registry'
import type { z } from 'zod'
import { demandsOf, reasonToStop, requireConfirmed, type Way } from '../../rules/liveRights.ts'
import type { RunningReplay } from '../../rules/replays.ts'
import { Sandbox } from '../../rules/sandbox.ts'
import type { Services } from '../../services.ts'
import { demand } from '../access.ts'
import { laneOf, periodOf } from './past.ts'
import type { StartReplay } from './replaySchemas.ts'

/** A reading a second then comes each third of a millisecond. */
const fastestLive = 3600

/** @throws RuleFault · InvalidInput · NotFound · Conflict */
export async function startLab(
  services: Services,
  site: string,
  body: z.output<typeof StartReplay>,
): Promise<RunningReplay> {
  const { registry, replays } = services
  const { speed = null, rules: ids, trials } = body
  const { from, to } = periodOf(services, site, body)
  if (ids.length + trials.length === 0)
    throw new InvalidInput('rules', 'name a rule, or give one in `trials`')
  const named = await Promise.all(ids.map(id => registry.rules.get(site, id)))
  const lanes = [
    ...named.map(rule => laneOf(services, site, rule, rule.id)),
    ...trials.map((given, at) => laneOf(services, site, given, `trial-${at}`)),
  ]
  return replays.start({ site, from, to, speed, rules: lanes })
}

/** @throws InvalidInput · NotFound · Conflict, and what `demand` throws */
export async function startLive(
  services: Services,
  site: string,
  body: z.output<typeof StartReplay>,
  principal: Principal,
): Promise<RunningReplay> {
  const { registry, store, ingest, replays, clock } = services
  const { source, confirm } = body
  const speed = body.speed ?? 1
  if (source === undefined) throw new InvalidInput('source', 'name the site whose readings are to be sent')
  if (source === site) throw new InvalidInput('source', 'a site cannot be played into itself')
  if (speed < 1 || speed > fastestLive) throw new InvalidInput('speed', `expected 1 to ${fastestLive}`)
  if (body.rules.length + body.trials.length > 0)
    throw new InvalidInput(
      'rules',
      'are of the lab; live, the rules of the site that is played into run by themselves',
    )
  const way: Way = { site, source, confirm }
  for (const [action, on] of demandsOf(registry, way)) demand(principal, action, on)
  requireConfirmed(registry, way)
  const { from, to } = periodOf(services, source, body)
  const by = actorOf(principal)
  const sandbox = new Sandbox({ registry, by, site, source, speed })
  const replay = replays.startLive(
    { site, source, from, to, speed, principal },
    {
      ...{ store, ingest },
      makeDevice: device => sandbox.make(device),
      reasonToStop: () => reasonToStop(registry, principal, way, clock.now()),
    },
  )
  const after = { source, from, to, speed, confirm }
  await registry.audit
    .append({ who: by, action: 'replay.start', what: `sites/${site}/replays/${replay.id}`, site, after })
    .catch(error => replay.stop('it could not be noted in the audit log').then(() => Promise.reject(error)))
  return replay
}
