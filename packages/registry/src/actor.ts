import type { Principal } from './policy.ts'

/** Who makes a change, as the audit names it. */
export interface Actor {
  readonly kind: 'person' | 'token' | 'device' | 'system'
  /** The person's or token's id, `<site>/<device>`, or the part of the system. */
  readonly id: string
}

/** The platform acting by itself: `system('first-run')`. */
export const system = (part: string): Actor => ({ kind: 'system', id: part })

export function actorOf(principal: Principal): Actor {
  switch (principal.kind) {
    case 'person':
    case 'token':
      return { kind: principal.kind, id: principal.id }
    case 'device':
      return { kind: 'device', id: `${principal.site}/${principal.device}` }
    case 'anonymous':
      return system('anonymous')
  }
}
