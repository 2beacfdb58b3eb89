import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useMessages } from '../../i18n/context.tsx'
import { ticker } from '../../live/ticker.ts'
import { exploreAround, type Need } from './values.ts'

/** Where a rule is looked at and changed. */
export function RuleLink({ site, rule, children }: { site: string; rule: string; children: ReactNode }) {
  const to: string = `/sites/${site}/rules/${rule}`
  return (
    <Anchor size="sm" renderRoot={props => <Link {...props} to={to} />}>
      {children}
    </Anchor>
  )
}

export function DeviceLink({
  site,
  device,
  children,
}: {
  site: string
  device: string
  children: ReactNode
}) {
  return (
    <Anchor
      size="sm"
      renderRoot={props => <Link {...props} to="/sites/$site/devices/$device" params={{ site, device }} />}
    >
      {children}
    </Anchor>
  )
}

interface ExploreProps {
  readonly site: string
  readonly about: { readonly time: number; readonly device: string | null }
  readonly needs: readonly Need[]
}

/** The readings behind something that was said; nothing where none are known. */
export function ExploreLink({ site, about, needs }: ExploreProps) {
  const { events: text } = useMessages()
  const search = exploreAround(about, needs, ticker.now.get())
  if (search === null) return null
  return (
    <Anchor
      size="sm"
      renderRoot={props => <Link {...props} to="/sites/$site/explore" params={{ site }} search={search} />}
    >
      {text.toExplore}
    </Anchor>
  )
}
