import type { Profile, Site } from '@ohmstead/sdk'
import { useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useNavigate } from '@tanstack/react-router'
import { sitesQuery } from '../api/queries.ts'
import { DemoNotice } from '../features/demo/DemoNotice.tsx'
import { useMessages } from '../i18n/context.tsx'
import { useFollowAlerts } from '../parts/openAlerts.ts'
import { Logo } from '../ui/Logo.tsx'
import { AccountMenu } from './AccountMenu.tsx'
import { LinkMark, LinkNotice } from './LinkState.tsx'
import { pages } from './pages.ts'
import classes from './Shell.module.css'
import { SiteSwitcher } from './SiteSwitcher.tsx'

/** Everything around a site's pages: where one is, who one is, whether it is live. */
export function Shell({ site, sites, profile }: { site: Site; sites: readonly Site[]; profile: Profile }) {
  const { common } = useMessages()
  const client = useQueryClient()
  const navigate = useNavigate()
  useFollowAlerts(site.id)
  const toStart = async () => {
    client.removeQueries({ queryKey: sitesQuery.queryKey })
    await navigate({ to: '/' })
  }
  return (
    <>
      <a className={classes.skip} href="#content">
        {common.skip}
      </a>
      <header className={classes.header}>
        <div className={classes.bar}>
          <Link to="/sites/$site/now" params={{ site: site.id }} className={classes.home}>
            <Logo />
          </Link>
          <SiteSwitcher site={site} sites={sites} mayCreate={profile.admin} />
          <Navigation site={site.id} />
          <div className={classes.end}>
            <LinkMark />
            <AccountMenu profile={profile} />
          </div>
        </div>
      </header>
      <main id="content" className={classes.main} tabIndex={-1}>
        <LinkNotice />
        <DemoNotice site={site.id} mayRemove={profile.admin} onRemoved={toStart} />
        <Outlet />
      </main>
    </>
  )
}

/** With one page there is nowhere to go to. */
function Navigation({ site }: { site: string }) {
  const messages = useMessages()
  if (pages.length < 2) return null
  return (
    <nav className={classes.nav} aria-label={messages.nav.label}>
      {pages.map(({ to, name, Icon, Beside }) => (
        <Link
          key={to}
          to={to}
          params={{ site }}
          className={classes.page}
          activeProps={{ 'aria-current': 'page' }}
        >
          <Icon />
          {name(messages)}
          {Beside && <Beside site={site} />}
        </Link>
      ))}
    </nav>
  )
}
