import { NotFound, type Profile, type Site } from '@ohmstead/sdk'
import { useSuspenseQuery } from '@tanstack/react-query'
import { createRoute, notFound, redirect, useNavigate } from '@tanstack/react-router'
import { useCallback } from 'react'
import { devicesQuery, newestQuery, placesQuery, profileQuery, sitesQuery } from '../../api/queries.ts'
import { DemoOffer } from '../../features/demo/DemoOffer.tsx'
import { NewSitePage } from '../../features/sites/NewSitePage.tsx'
import { ZoneProvider } from '../../i18n/context.tsx'
import { LiveProvider } from '../../live/context.tsx'
import { NoSitesPage } from '../NoSitesPage.tsx'
import { queryClient } from '../queryClient.ts'
import { Shell } from '../Shell.tsx'
import { FirstRunSteps, firstRun, ToStart } from './firstRun.tsx'
import { root } from './root.tsx'

const lastSite = 'ohmstead.site'

/** Everything below is for somebody who is signed in. */
export const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ location }) => {
    const profile = await queryClient.ensureQueryData(profileQuery)
    if (profile === null)
      throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } })
  },
})

export const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: async () => {
    const sites = await queryClient.ensureQueryData(sitesQuery)
    const site = sites.find(({ id }) => id === localStorage.getItem(lastSite)) ?? sites[0]
    if (site !== undefined) throw redirect({ to: '/sites/$site/now', params: { site: site.id } })
    const profile = await queryClient.ensureQueryData(profileQuery)
    if (profile?.admin) throw redirect({ to: '/sites/new', search: { first: true } })
  },
  component: NoSitesPage,
})

/** The one of the demo's sites that is shown first. */
const demoSite = 'demo-oslo'

export const newSite = createRoute({
  getParentRoute: () => signedIn,
  path: '/sites/new',
  validateSearch: firstRun,
  // Only administrators make sites.
  beforeLoad: async () => {
    const profile = await queryClient.ensureQueryData(profileQuery)
    if (!profile?.admin) throw redirect({ to: '/' })
  },
  component: function NewSite() {
    const search = newSite.useSearch()
    const navigate = useNavigate()
    const go = (site: Site) => navigate({ to: '/sites/$site/connect', params: { site: site.id }, search })
    const toDemo = useCallback(
      () => void navigate({ to: '/sites/$site/now', params: { site: demoSite } }),
      [navigate],
    )
    return (
      <NewSitePage
        steps={search.first ? <FirstRunSteps at={1} /> : null}
        back={search.first ? null : <ToStart />}
        below={<DemoOffer onReady={toDemo} />}
        onDone={go}
      />
    )
  },
})

export const site = createRoute({
  getParentRoute: () => signedIn,
  path: '/sites/$site',
  beforeLoad: async ({ params, cause }) => {
    if (cause === 'enter') askAhead(params.site)
    const sites = await queryClient.ensureQueryData(sitesQuery)
    if (!sites.some(({ id }) => id === params.site)) throw notFound()
    localStorage.setItem(lastSite, params.site)
  },
  component: function SitePages() {
    const { here, sites, profile } = useHere()
    return (
      <ZoneProvider zone={here.timezone}>
        <LiveProvider key={here.id} site={here.id}>
          <Shell site={here} sites={sites} profile={profile} />
        </LiveProvider>
      </ZoneProvider>
    )
  },
})

/** What every page of a site needs is under way while the page is made; what fails is asked for again, and said, there. */
function askAhead(site: string): void {
  void queryClient.prefetchQuery(devicesQuery(site))
  void queryClient.prefetchQuery(placesQuery(site))
  void queryClient.prefetchQuery(newestQuery(site))
}

/** The site of the address, and who looks at it. */
export function useHere(): { here: Site; sites: Site[]; profile: Profile; mayConnect: boolean } {
  const { site: id } = site.useParams()
  const { data: sites } = useSuspenseQuery(sitesQuery)
  const { data: profile } = useSuspenseQuery(profileQuery)
  const here = sites.find(one => one.id === id)
  if (here === undefined || profile === null)
    throw new NotFound({ type: 'about:blank', title: id, status: 404 })
  const mayConnect = profile.admin || profile.roles[id] === 'owner' || profile.roles[id] === 'operator'
  return { here, sites, profile, mayConnect }
}

export const siteHome = createRoute({
  getParentRoute: () => site,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/sites/$site/now', params })
  },
})
