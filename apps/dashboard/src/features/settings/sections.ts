import type { Profile } from '@ohmstead/sdk'

export const sections = [
  'site',
  'places',
  'members',
  'tokens',
  'refused',
  'changes',
  'account',
  'people',
  'health',
] as const
export type Section = (typeof sections)[number]

/** What somebody may do at a site. */
export interface Rights {
  /** Settings, places, members, tokens of others, the record of changes. */
  readonly owner: boolean
  /** Devices, and who the members are. */
  readonly operator: boolean
  /** The platform itself. */
  readonly admin: boolean
}

export function rightsOf({ admin, roles }: Pick<Profile, 'admin' | 'roles'>, site: string): Rights {
  const role = roles[site]
  return {
    admin,
    owner: admin || role === 'owner',
    operator: admin || role === 'owner' || role === 'operator',
  }
}

/** The sections that somebody has anything to see in. */
export function sectionsFor({ owner, operator, admin }: Rights): readonly Section[] {
  const hidden: readonly Section[] = [
    ...(operator ? [] : (['members'] as const)),
    ...(owner ? [] : (['changes'] as const)),
    ...(admin ? [] : (['people', 'health'] as const)),
  ]
  return sections.filter(section => !hidden.includes(section))
}
