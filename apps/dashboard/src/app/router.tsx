import { Button } from '@mantine/core'
import { NotFound, type Profile, type Site } from '@ohmstead/sdk'
import { useSuspenseQuery } from '@tanstack/react-query'
import {
  createRootRoute,
  createRoute,
  createRouter,
  Link,
  notFound,
  Outlet,
  redirect,
  useNavigate,
} from '@tanstack/react-router'
import { useCallback } from 'react'
import { devicesQuery, newestQuery, placesQuery, profileQuery, sitesQuery } from '../api/queries.ts'
import { ConfirmMailPage } from '../features/account/ConfirmMailPage.tsx'
import { InvitationPage } from '../features/account/InvitationPage.tsx'
import { ResetPage } from '../features/account/ResetPage.tsx'
import { SetupPage } from '../features/account/SetupPage.tsx'
import { SignInPage } from '../features/account/SignInPage.tsx'
import { ConnectPage } from '../features/connect/ConnectPage.tsx'
import { DemoOffer } from '../features/demo/DemoOffer.tsx'
import { devicesSearch } from '../features/devices/rows.ts'
import { type EnergySearch, energySearch } from '../features/energy/search.ts'
import { eventsSearch } from '../features/events/search.ts'
import { exploreSearch } from '../features/explore/search.ts'
import { NowPage } from '../features/now/NowPage.tsx'
import { replaySearch } from '../features/replay/search.ts'
import { rulesSearch } from '../features/rules/list.ts'
import { rightsOf, type Section, sections } from '../features/settings/sections.ts'
import { NewSitePage } from '../features/sites/NewSitePage.tsx'
import { useMessages, ZoneProvider } from '../i18n/context.tsx'
import { LiveProvider } from '../live/context.tsx'
import { PlugIcon } from '../ui/icons.tsx'
import { ListSkeleton } from '../ui/ListSkeleton.tsx'
import { NotAllowed } from '../ui/NotAllowed.tsx'
import { part } from '../ui/part.tsx'
import { Steps } from '../ui/Steps.tsx'
import { EnergyRoute } from './EnergyRoute.tsx'
import { ErrorPage, NotFoundPage } from './ErrorPage.tsx'
import { MetersRoute } from './MetersRoute.tsx'
import { NoSitesPage } from './NoSitesPage.tsx'
import { queryClient } from './queryClient.ts'
import { SessionDialog } from './SessionDialog.tsx'
import { Shell } from './Shell.tsx'

const lastSite = 'ohmstead.site'

const root = createRootRoute({
  component: () => (
    <>
      <Outlet />
      <SessionDialog />
    </>
  ),
  errorComponent: ErrorPage,
  notFoundComponent: NotFoundPage,
})

/** First-run pages say where in the series they are; later the same pages stand alone. */
interface FirstRun {
  readonly first?: boolean
}
const firstRun = (search: Record<string, unknown>): FirstRun => (search.first === true ? { first: true } : {})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): { next?: string } => (isLocalPath(search.next) ? { next: search.next } : {}),
  component: function SignIn() {
    const { next } = signIn.useSearch()
    const navigate = useNavigate()
    const go = async () => {
      // What was asked for without a session was answered to nobody.
      queryClient.clear()
      await navigate({ href: next ?? '/' })
    }
    return <SignInPage onSignedIn={go} />
  },
})

/** Only a path of this page: a link must not lead elsewhere after the sign-in. */
function isLocalPath(next: unknown): next is string {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next)
}

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  validateSearch: (search): { token?: string } =>
    search.token === undefined ? {} : { token: String(search.token) },
  component: function Setup() {
    const { token = '' } = setup.useSearch()
    const navigate = useNavigate()
    const go = async () => {
      queryClient.clear()
      await navigate({ to: '/sites/new', search: { first: true } })
    }
    return <SetupPage token={token} steps={<FirstRunSteps at={0} />} toSignIn={<ToSignIn />} onDone={go} />
  },
})

/** Pages that links in mails open. */
const withToken = (search: Record<string, unknown>): { token: string } => ({
  token: String(search.token ?? ''),
})

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  validateSearch: withToken,
  component: function Invitation() {
    const { token } = invitation.useSearch()
    const navigate = useNavigate()
    const go = async (site: string) => {
      queryClient.clear()
      await navigate({ to: '/sites/$site/now', params: { site } })
    }
    return <InvitationPage token={token} onDone={go} />
  },
})

const resetPassword = createRoute({
  getParentRoute: () => root,
  path: '/reset-password',
  validateSearch: withToken,
  component: function ResetPassword() {
    const { token } = resetPassword.useSearch()
    return <ResetPage token={token} toSignIn={<ToSignIn />} />
  },
})

const confirmMail = createRoute({
  getParentRoute: () => root,
  path: '/confirm-mail',
  validateSearch: withToken,
  component: function ConfirmMail() {
    const { token } = confirmMail.useSearch()
    const { errors } = useMessages()
    const toStart = <Button renderRoot={props => <Link {...props} to="/" />}>{errors.toStart}</Button>
    return <ConfirmMailPage token={token} toStart={toStart} />
  },
})

function ToSignIn() {
  const { setup: text } = useMessages()
  return (
    <Button renderRoot={props => <Link {...props} to="/sign-in" />} variant="light" fullWidth>
      {text.toSignIn}
    </Button>
  )
}

function ToStart() {
  const { common } = useMessages()
  return (
    <Button renderRoot={props => <Link {...props} to="/" />} variant="default" fullWidth>
      {common.cancel}
    </Button>
  )
}

function FirstRunSteps({ at }: { at: number }) {
  const { setup: text } = useMessages()
  return <Steps names={[text.steps.account, text.steps.site, text.steps.device]} at={at} />
}

/** Everything below is for somebody who is signed in. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ location }) => {
    const profile = await queryClient.ensureQueryData(profileQuery)
    if (profile === null)
      throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } })
  },
})

const home = createRoute({
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

const newSite = createRoute({
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

const site = createRoute({
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
function useHere(): { here: Site; sites: Site[]; profile: Profile; mayConnect: boolean } {
  const { site: id } = site.useParams()
  const { data: sites } = useSuspenseQuery(sitesQuery)
  const { data: profile } = useSuspenseQuery(profileQuery)
  const here = sites.find(one => one.id === id)
  if (here === undefined || profile === null)
    throw new NotFound({ type: 'about:blank', title: id, status: 404 })
  const mayConnect = profile.admin || profile.roles[id] === 'owner' || profile.roles[id] === 'operator'
  return { here, sites, profile, mayConnect }
}

const siteHome = createRoute({
  getParentRoute: () => site,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/sites/$site/now', params })
  },
})

const now = createRoute({
  getParentRoute: () => site,
  path: '/now',
  component: function Now() {
    const { here, mayConnect } = useHere()
    return <NowPage site={here} connect={mayConnect ? toConnect(here.id) : null} />
  },
})

/** A button that leads to connecting a device. */
const toConnect = (site: string) => (emphasis: 'main' | 'aside') => (
  <ConnectButton site={site} emphasis={emphasis} />
)

function ConnectButton({ site, emphasis }: { site: string; emphasis: 'main' | 'aside' }) {
  const { now: text } = useMessages()
  return (
    <Button
      renderRoot={props => <Link {...props} to="/sites/$site/connect" params={{ site }} />}
      {...(emphasis === 'main' ? { size: 'sm' } : { size: 'xs', variant: 'default' })}
      leftSection={<PlugIcon />}
    >
      {text.connect}
    </Button>
  )
}

const DevicesPage = part('devices', () => import('../features/devices/DevicesPage.tsx'), ListSkeleton)
const DevicePage = part('device', () => import('../features/devices/DevicePage.tsx'), ListSkeleton)
const ExplorePage = part('explore', () => import('../features/explore/ExplorePage.tsx'), ListSkeleton)
const EventsPage = part('events', () => import('../features/events/EventsPage.tsx'), ListSkeleton)
const ReplayPage = part('replay', () => import('../features/replay/ReplayPage.tsx'), ListSkeleton)
const RulesPage = part('rules', () => import('../features/rules/RulesPage.tsx'), ListSkeleton)
const RulePage = part('rule', () => import('../features/rules/RulePage.tsx'), ListSkeleton)
const NewRulePage = part('new rule', () => import('../features/rules/NewRulePage.tsx'), ListSkeleton)
const EditRulePage = part('edit rule', () => import('../features/rules/EditRulePage.tsx'), ListSkeleton)
const SettingsPage = part('settings', () => import('../features/settings/SettingsPage.tsx'), ListSkeleton)

const devices = createRoute({
  getParentRoute: () => site,
  path: '/devices',
  validateSearch: devicesSearch,
  component: function Devices() {
    const { here, mayConnect } = useHere()
    const search = devices.useSearch()
    const navigate = useNavigate({ from: devices.fullPath })
    return (
      <DevicesPage
        site={here.id}
        search={search}
        onSearch={search => void navigate({ search, replace: true, resetScroll: false })}
        connect={mayConnect ? toConnect(here.id) : null}
      />
    )
  },
})

const device = createRoute({
  getParentRoute: () => site,
  path: '/devices/$device',
  component: function Device() {
    const { here, profile, mayConnect } = useHere()
    const { device: id } = device.useParams()
    const navigate = useNavigate()
    return (
      <DevicePage
        site={here.id}
        device={id}
        mayChange={mayConnect}
        isOwner={rightsOf(profile, here.id).owner}
        onRemoved={() => void navigate({ to: '/sites/$site/devices', params: { site: here.id } })}
      />
    )
  },
})

const explore = createRoute({
  getParentRoute: () => site,
  path: '/explore',
  validateSearch: exploreSearch,
  component: function Explore() {
    const { here } = useHere()
    const search = explore.useSearch()
    const navigate = useNavigate({ from: explore.fullPath })
    return (
      <ExplorePage
        site={here.id}
        search={search}
        onSearch={(search, replace) => void navigate({ search, replace, resetScroll: false })}
      />
    )
  },
})

const events = createRoute({
  getParentRoute: () => site,
  path: '/events',
  validateSearch: eventsSearch,
  component: function Events() {
    const { here, mayConnect } = useHere()
    const search = events.useSearch()
    const navigate = useNavigate({ from: events.fullPath })
    return (
      <EventsPage
        key={here.id}
        site={here.id}
        search={search}
        onSearch={search => void navigate({ search, replace: true, resetScroll: false })}
        mayAct={mayConnect}
      />
    )
  },
})

const replay = createRoute({
  getParentRoute: () => site,
  path: '/replay',
  validateSearch: replaySearch,
  component: function Replay() {
    const { here, mayConnect } = useHere()
    const search = replay.useSearch()
    const navigate = useNavigate({ from: replay.fullPath })
    return (
      <ReplayPage
        key={here.id}
        site={here.id}
        search={search}
        onSearch={(search, replace) => void navigate({ search, replace, resetScroll: false })}
        mayStart={mayConnect}
      />
    )
  },
})

const rules = createRoute({
  getParentRoute: () => site,
  path: '/rules',
  validateSearch: rulesSearch,
  component: function Rules() {
    const { here, mayConnect } = useHere()
    const search = rules.useSearch()
    const navigate = useNavigate({ from: rules.fullPath })
    return (
      <RulesPage
        site={here.id}
        search={search}
        onSearch={search => void navigate({ search, replace: true, resetScroll: false })}
        mayChange={mayConnect}
      />
    )
  },
})

/** No rule has the id `-`. */
const newRule = createRoute({
  getParentRoute: () => site,
  path: '/rules/-/new',
  validateSearch: ({ of }: Record<string, unknown>): { of?: string } =>
    typeof of === 'string' ? { of } : {},
  component: function NewRule() {
    const { here, mayConnect } = useHere()
    const { of } = newRule.useSearch()
    const navigate = useNavigate()
    return (
      <NewRulePage
        site={here.id}
        of={of}
        mayChange={mayConnect}
        onSaved={({ id }) =>
          void navigate({ to: '/sites/$site/rules/$rule', params: { site: here.id, rule: id } })
        }
        onLeave={() => void navigate({ to: '/sites/$site/rules', params: { site: here.id } })}
      />
    )
  },
})

const rule = createRoute({
  getParentRoute: () => site,
  path: '/rules/$rule',
  component: function Rule() {
    const { here, mayConnect } = useHere()
    const { rule: id } = rule.useParams()
    const navigate = useNavigate()
    return (
      <RulePage
        key={id}
        site={here.id}
        rule={id}
        mayChange={mayConnect}
        onRemoved={() => void navigate({ to: '/sites/$site/rules', params: { site: here.id } })}
      />
    )
  },
})

const editRule = createRoute({
  getParentRoute: () => site,
  path: '/rules/$rule/edit',
  component: function EditRule() {
    const { here, mayConnect } = useHere()
    const { rule: id } = editRule.useParams()
    const navigate = useNavigate()
    const toRule = () =>
      void navigate({ to: '/sites/$site/rules/$rule', params: { site: here.id, rule: id } })
    return <EditRulePage site={here.id} rule={id} mayChange={mayConnect} onSaved={toRule} onLeave={toRule} />
  },
})

const settingsHome = createRoute({
  getParentRoute: () => site,
  path: '/settings',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/sites/$site/settings/$section', params: { ...params, section: 'site' } })
  },
})

const settings = createRoute({
  getParentRoute: () => site,
  path: '/settings/$section',
  component: function Settings() {
    const { here, sites, profile } = useHere()
    const { section } = settings.useParams()
    const navigate = useNavigate()
    const gone = async () => {
      await navigate({ to: '/' })
      await queryClient.invalidateQueries()
    }
    return (
      <SettingsPage
        site={here}
        sites={sites}
        profile={profile}
        section={sections.includes(section as Section) ? (section as Section) : 'site'}
        onSiteRemoved={() => {
          queryClient.setQueryData(sitesQuery.queryKey, before => before?.filter(({ id }) => id !== here.id))
          void gone()
        }}
        onSignedOut={() => void navigate({ to: '/sign-in' })}
      />
    )
  },
})

const energy = createRoute({
  getParentRoute: () => site,
  path: '/energy',
  validateSearch: energySearch,
  component: function Energy() {
    const { here, mayConnect } = useHere()
    const navigate = useNavigate()
    const go = useCallback(
      (search: EnergySearch, how: 'push' | 'replace') =>
        void navigate({
          to: '/sites/$site/energy',
          params: { site: here.id },
          search,
          replace: how === 'replace',
          resetScroll: false,
        }),
      [navigate, here.id],
    )
    return <EnergyRoute key={here.id} site={here} search={energy.useSearch()} mayEdit={mayConnect} go={go} />
  },
})

const meters = createRoute({
  getParentRoute: () => site,
  path: '/energy/meters',
  component: function Meters() {
    const { here, mayConnect } = useHere()
    return <MetersRoute key={here.id} site={here} mayEdit={mayConnect} />
  },
})

const connect = createRoute({
  getParentRoute: () => site,
  path: '/connect',
  validateSearch: firstRun,
  component: function Connect() {
    const { here, mayConnect } = useHere()
    const { connect: text, now } = useMessages()
    const { first } = connect.useSearch()
    const toNow = (emphasis: 'main' | 'aside' | 'later') => (
      <Button
        renderRoot={props => <Link {...props} to="/sites/$site/now" params={{ site: here.id }} />}
        variant={emphasis === 'main' ? 'filled' : 'light'}
      >
        {emphasis === 'later' ? text.later : text.toNow}
      </Button>
    )
    if (!mayConnect) return <NotAllowed title={text.title}>{now.noRight}</NotAllowed>
    return <ConnectPage site={here.id} steps={first ? <FirstRunSteps at={2} /> : null} toNow={toNow} />
  },
})

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    setup,
    invitation,
    resetPassword,
    confirmMail,
    signedIn.addChildren([
      home,
      newSite,
      site.addChildren([
        siteHome,
        now,
        energy,
        meters,
        connect,
        devices,
        device,
        explore,
        events,
        replay,
        rules,
        newRule,
        rule,
        editRule,
        settingsHome,
        settings,
      ]),
    ]),
  ]),
  defaultPreload: false,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
