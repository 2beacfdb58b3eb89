import type { Profile, Site } from '@ohmstead/sdk'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { Changes } from '../../ui/changes/Changes.tsx'
import { Page } from '../../ui/Page.tsx'
import { AccountSection } from './AccountSection.tsx'
import { HealthSection } from './HealthSection.tsx'
import { MembersSection } from './MembersSection.tsx'
import { PeopleSection } from './PeopleSection.tsx'
import { PlacesSection } from './PlacesSection.tsx'
import { RefusedSection } from './RefusedSection.tsx'
import classes from './SettingsPage.module.css'
import { SiteSection } from './SiteSection.tsx'
import { rightsOf, type Section, sectionsFor } from './sections.ts'
import { TokensSection } from './TokensSection.tsx'

interface Props {
  readonly site: Site
  readonly sites: readonly Site[]
  readonly profile: Profile
  readonly section: Section
  readonly onSiteRemoved: () => void
  readonly onSignedOut: () => void
}

/** What can be set: of the site, of who may enter it, of oneself. */
export default function SettingsPage(props: Props) {
  const { nav, settings: text } = useMessages()
  const { site, profile } = props
  const rights = rightsOf(profile, site.id)
  const shown = sectionsFor(rights)
  const section = shown.includes(props.section) ? props.section : 'site'
  return (
    <Page title={nav.settings}>
      <div className={classes.layout}>
        <nav className={classes.sections} aria-label={text.sections}>
          {shown.map(name => (
            <Link
              key={name}
              to="/sites/$site/settings/$section"
              params={{ site: site.id, section: name }}
              className={classes.section}
              activeProps={{ 'aria-current': 'page' }}
            >
              {text.names[name]}
            </Link>
          ))}
        </nav>
        <div className={classes.content}>{contentOf({ ...props, section }, rights)}</div>
      </div>
    </Page>
  )
}

function contentOf(props: Props, rights: ReturnType<typeof rightsOf>): ReactNode {
  const { site, sites, profile, section, onSiteRemoved, onSignedOut } = props
  switch (section) {
    case 'site':
      return <SiteSection key={site.id} site={site} mayChange={rights.owner} onRemoved={onSiteRemoved} />
    case 'places':
      return <PlacesSection site={site.id} mayChange={rights.owner} />
    case 'members':
      return <MembersSection site={site.id} me={profile.id} mayChange={rights.owner} />
    case 'tokens':
      return <TokensSection site={site.id} sites={sites} me={profile.id} mayWrite={rights.operator} />
    case 'refused':
      return <RefusedSection site={site.id} />
    case 'changes':
      return <ChangesSection site={site.id} />
    case 'account':
      return <AccountSection profile={profile} onSignedOut={onSignedOut} />
    case 'people':
      return <PeopleSection me={profile.id} />
    case 'health':
      return <HealthSection />
  }
}

function ChangesSection({ site }: { site: string }) {
  const { settings: text } = useMessages()
  return (
    <Card title={text.names.changes}>
      <p className={classes.lead}>{text.changesMeans}</p>
      <Changes site={site} />
    </Card>
  )
}
