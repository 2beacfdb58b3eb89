import { Skeleton } from '@mantine/core'
import type { Device, Site } from '@ohmstead/sdk'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo } from 'react'
import { energyQuery, virtualMetersQuery } from '../../api/energy.ts'
import { devicesQuery } from '../../api/queries.ts'
import { useMessages } from '../../i18n/context.tsx'
import { Card } from '../../ui/Card.tsx'
import { Failure } from '../../ui/Failure.tsx'
import { Page } from '../../ui/Page.tsx'
import { ComputedMeters } from './ComputedMeters.tsx'
import classes from './MetersPage.module.css'
import { MeterTree } from './MeterTree.tsx'

interface Props {
  readonly site: Site
  readonly mayEdit: boolean
  readonly back: ReactNode
}

/** Which meter measures which, so that nothing counts twice, and meters that are made of others. */
export default function MetersPage({ site, mayEdit, back }: Props) {
  const { meters: text } = useMessages()
  const devices = useQuery(devicesQuery(site.id))
  const virtual = useQuery(virtualMetersQuery(site.id))
  // One bar is enough to hear which devices have energy at all.
  const energy = useQuery(
    energyQuery(site.id, { from: '-1h', to: 'now', by: 'year', group: 'device' }, false),
  )
  const failed = [devices, virtual, energy].find(one => one.isError && one.data === undefined)
  const meters = useMemo(
    () =>
      devices.data &&
      energy.data &&
      metersOf(devices.data, new Set(energy.data.groups.map(({ key }) => key))),
    [devices.data, energy.data],
  )
  return (
    <Page title={text.title} above={back}>
      {failed !== undefined ? (
        <Card>
          <Failure error={failed.error} onRetry={() => failed.refetch()} />
        </Card>
      ) : meters === undefined || virtual.data === undefined ? (
        <Card>
          <Skeleton height={420} />
        </Card>
      ) : meters.length === 0 ? (
        <Card>
          <p className={classes.hint}>{text.empty}</p>
        </Card>
      ) : (
        <>
          {!mayEdit && <p className={classes.hint}>{text.noRight}</p>}
          <MeterTree site={site.id} meters={meters} mayEdit={mayEdit} />
          <ComputedMeters site={site.id} meters={meters} virtual={virtual.data} mayEdit={mayEdit} />
        </>
      )}
    </Page>
  )
}

/** Devices that measure energy, or stand between such. */
function metersOf(devices: readonly Device[], withEnergy: ReadonlySet<string>): Device[] {
  const parents = new Set(devices.map(({ submeterOf }) => submeterOf))
  return devices.filter(
    ({ id, capabilities, submeterOf }) =>
      withEnergy.has(id) || capabilities.includes('meter') || submeterOf !== null || parents.has(id),
  )
}
