import { isId } from '@ohmstead/model'
import { type Action, may, mayAnywhere, type Principal } from './policy.ts'

const published: Readonly<Record<string, Action>> = {
  readings: 'readings:write',
  status: 'readings:write',
  results: 'readings:write',
  commands: 'commands:send',
}

/**
 * Whether the principal may publish to a topic: what devices send under `sites/{site}/devices/{device}/`, commands, and
 * the POWIOT dialect's `sensors/…`, whose site is in the payload, so that ingest judges again.
 * `sites/{site}/slots`, `events` and `alerts` are the server's own.
 */
export function mayPublish(principal: Principal, topic: string): boolean {
  const levels = topic.split('/')
  if (!levels.every(isName)) return false
  if (levels[0] === 'sensors') return levels.length > 1 && maySendForSites(principal)
  const [root, site, devices, device, kind] = levels
  if (levels.length !== 5 || root !== 'sites' || devices !== 'devices') return false
  if (!isId(site) || !isId(device) || !Object.hasOwn(published, kind)) return false
  return may(principal, published[kind], { site, device })
}

function maySendForSites(principal: Principal): boolean {
  return principal.kind !== 'device' && mayAnywhere(principal, 'readings:write')
}

/**
 * Whether everything a filter can match may be read. The site's level is named, not a wildcard, except for the
 * platform's administrators. A device reads its own commands and nothing else.
 */
export function maySubscribe(principal: Principal, filter: string): boolean {
  const levels = filter.split('/')
  if (!isFilter(levels)) return false
  if (principal.kind === 'device')
    return filter === `sites/${principal.site}/devices/${principal.device}/commands`
  if (levels[0] === 'sensors') return readsAll(principal)
  if (levels[0] !== 'sites' || levels.length < 2) return false
  return isId(levels[1]) ? mayReadInside(principal, levels) : isWildcard(levels[1]) && readsAll(principal)
}

function mayReadInside(principal: Principal, [, site, devices, device]: string[]): boolean {
  const named = devices === 'devices' && isId(device) ? device : undefined
  return may(principal, 'readings:read', { site, device: named })
}

/** Every site, the platform's administrators' right. */
function readsAll(principal: Principal): boolean {
  return may(principal, 'platform:read') && mayAnywhere(principal, 'readings:read')
}

const isWildcard = (level: string) => level === '+' || level === '#'

/** A level without wildcards, control characters or the `$` of the broker's own topics. */
function isName(level: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  return level !== '' && !level.startsWith('$') && !/[+#\u0000-\u001f\u007f]/.test(level)
}

/** A wildcard fills its level; `#` is the last one. [MQTT-4.7.1-2, MQTT-4.7.1-3] */
function isFilter(levels: string[]): boolean {
  return levels.every(
    (level, at) => isName(level) || level === '+' || (level === '#' && at === levels.length - 1),
  )
}
