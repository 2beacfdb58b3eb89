import { powiot } from '@ohmstead/dialects'
import type { Origin } from './ingest.ts'
import type { Intake, Tally } from './intake.ts'

/** Takes a message of the POWIOT dialect into the open batch; the caller commits. */
export function takePowiot(
  intake: Intake,
  origin: Origin,
  { topic, payload }: { topic: string; payload: Uint8Array },
): Tally | Promise<Tally> {
  const read = powiot(topic, payload)
  const own = ownSite(origin)
  if (Array.isArray(read))
    return intake.take(
      origin,
      read.map(({ item }) => item),
      at => ({ site: read[at].site ?? own, device: read[at].device }),
    )
  const tally: Tally = { accepted: 0, rejected: [] }
  intake.reject(tally, origin, 0, read, { site: own, device: null, sample: payload })
  return tally
}

/** The site of a sender that has only one. */
function ownSite({ principal }: Origin): string {
  if (principal.kind === 'token') return principal.site ?? ''
  return principal.kind === 'device' ? principal.site : ''
}
