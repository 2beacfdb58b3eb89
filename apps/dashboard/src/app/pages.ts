import type { ComponentType } from 'react'
import type { Messages } from '../i18n/en.ts'
import { NowIcon } from '../ui/icons.tsx'

export interface PageLink {
  readonly to: '/sites/$site/now'
  readonly name: (messages: Messages) => string
  readonly Icon: ComponentType
}

/** The pages of a site in the order of the navigation; a new page is a line here and a route. */
export const pages: readonly PageLink[] = [
  { to: '/sites/$site/now', name: ({ nav }) => nav.now, Icon: NowIcon },
]
