import type { ComponentType } from 'react'
import type { Messages } from '../i18n/en.ts'
import {
  DevicesIcon,
  EnergyIcon,
  EventsIcon,
  ExploreIcon,
  NowIcon,
  RulesIcon,
  SettingsIcon,
} from '../ui/icons.tsx'
import { OpenCount } from './OpenCount.tsx'

export interface PageLink {
  readonly to:
    | '/sites/$site/now'
    | '/sites/$site/energy'
    | '/sites/$site/devices'
    | '/sites/$site/explore'
    | '/sites/$site/events'
    | '/sites/$site/rules'
    | '/sites/$site/settings'
  readonly name: (messages: Messages) => string
  readonly Icon: ComponentType
  /** Stands beside the name, such as a count. */
  readonly Beside?: ComponentType<{ site: string }>
}

/** The pages of a site in the order of the navigation; a new page is a line here and a route. */
export const pages: readonly PageLink[] = [
  { to: '/sites/$site/now', name: ({ nav }) => nav.now, Icon: NowIcon },
  { to: '/sites/$site/energy', name: ({ nav }) => nav.energy, Icon: EnergyIcon },
  { to: '/sites/$site/devices', name: ({ nav }) => nav.devices, Icon: DevicesIcon },
  { to: '/sites/$site/explore', name: ({ nav }) => nav.explore, Icon: ExploreIcon },
  { to: '/sites/$site/events', name: ({ nav }) => nav.events, Icon: EventsIcon, Beside: OpenCount },
  { to: '/sites/$site/rules', name: ({ nav }) => nav.rules, Icon: RulesIcon },
  { to: '/sites/$site/settings', name: ({ nav }) => nav.settings, Icon: SettingsIcon },
]
