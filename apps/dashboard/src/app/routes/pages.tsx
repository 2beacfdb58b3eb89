import { Button } from '@mantine/core'
import { createRoute, Link, redirect, useNavigate } from '@tanstack/react-router'
import { useCallback } from 'react'
import { sitesQuery } from '../../api/queries.ts'
import { ConnectPage } from '../../features/connect/ConnectPage.tsx'
import { devicesSearch } from '../../features/devices/rows.ts'
import { type EnergySearch, energySearch } from '../../features/energy/search.ts'
import { exploreSearch } from '../../features/explore/search.ts'
import { NowPage } from '../../features/now/NowPage.tsx'
import { rightsOf, type Section, sections } from '../../features/settings/sections.ts'
import { useMessages } from '../../i18n/context.tsx'
import { PlugIcon } from '../../ui/icons.tsx'
import { ListSkeleton } from '../../ui/ListSkeleton.tsx'
import { NotAllowed } from '../../ui/NotAllowed.tsx'
import { part } from '../../ui/part.tsx'
import { EnergyRoute } from '../EnergyRoute.tsx'
import { MetersRoute } from '../MetersRoute.tsx'
import { queryClient } from '../queryClient.ts'
import { FirstRunSteps, firstRun } from './firstRun.tsx'
import { site, useHere } from './sites.tsx'

const DevicesPage = part('devices', () => import('../../features/devices/DevicesPage.tsx'), ListSkeleton)
const DevicePage = part('device', () => import('../../features/devices/DevicePage.tsx'), ListSkeleton)
const ExplorePage = part('explore', () => import('../../features/explore/ExplorePage.tsx'), ListSkeleton)
const SettingsPage = part('settings', () => import('../../features/settings/SettingsPage.tsx'), ListSkeleton)

export const now = createRoute({
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

export const devices = createRoute({
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

export const device = createRoute({
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

export const explore = createRoute({
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

export const settingsHome = createRoute({
  getParentRoute: () => site,
  path: '/settings',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/sites/$site/settings/$section', params: { ...params, section: 'site' } })
  },
})

export const settings = createRoute({
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

export const energy = createRoute({
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

export const meters = createRoute({
  getParentRoute: () => site,
  path: '/energy/meters',
  component: function Meters() {
    const { here, mayConnect } = useHere()
    return <MetersRoute key={here.id} site={here} mayEdit={mayConnect} />
  },
})

export const connect = createRoute({
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
