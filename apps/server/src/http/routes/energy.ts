import type { Group } from '@ohmstead/ledger'
import { bys, isoLocal, qualities, type Slot, slotSources } from '@ohmstead/model'
import { NotFound } from '@ohmstead/registry'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Services } from '../../services.ts'
import type { App } from '../app.ts'
import { energyOf, energyOut } from '../energy/energy.ts'
import { devicesIn, siteOf } from '../lookup.ts'
import { disconnected, sendJson } from '../replies.ts'
import { DeviceParams, list, RangeQuery, SiteParams } from '../schemas.ts'
import { timeRange } from '../time.ts'
import { callerOf, type Turns } from '../turns.ts'

const tags = ['energy']

const wh = z.number().nullable().describe('Wh; null when nothing is known, never for zero.')
const EnergyBucket = z.object({
  start: z.string().describe('ISO 8601 with the site’s offset.'),
  end: z.string(),
  importWh: wh,
  exportWh: wh,
  completeness: z.number().describe('Share of the time up to now that readings account for, 0–1.'),
  quality: z
    .partialRecord(z.enum(qualities), z.number())
    .describe('Shares of that time by quality; they add up to 1.'),
})
export const EnergyOut = z.object({
  by: z.enum(bys),
  timezone: z.string(),
  groups: z.array(
    z.object({ key: z.string().describe('The site, a place or a device.'), buckets: z.array(EnergyBucket) }),
  ),
})
const slotShape = {
  start: z.string(),
  importWh: wh,
  exportWh: wh,
  coverage: z.number().describe('Share of the slot that readings account for, 0–1.'),
  quality: z.enum(qualities),
  source: z.enum(slotSources).describe('What it was computed from.'),
  revision: z.number().int(),
}
export const SlotOut = z.object(slotShape)

const by = z
  .enum(bys)
  .default('day')
  .describe('Days, weeks, months and years are the site’s; a day may have 23 or 25 hours.')

/** Energy as the ledger knows it, by the site's calendar. */
export function energyRoutes(app: App, services: Services, turns: Turns): void {
  const { ledger, registry, clock } = services

  app.get(
    '/api/sites/:site/energy',
    {
      config: { action: 'energy:read', on: namedDevice },
      schema: {
        operationId: 'getEnergy',
        tags,
        summary: 'Energy of a site, its places or its devices, by the site’s calendar',
        description:
          'Nothing counts twice: what a sub-meter measures is in its parent. All whole buckets that overlap the range.',
        params: SiteParams,
        querystring: RangeQuery.extend({
          by,
          group: z
            .enum(['site', 'place', 'device'])
            .optional()
            .describe('`site` when absent; `device` when devices are named.'),
          device: list.describe('Only these, separated by commas; virtual meters may be named.'),
          place: list.describe('Only devices there or below.'),
        }),
        response: { 200: EnergyOut },
      },
    },
    async (request, reply) => {
      const { site } = request.params
      const { query } = request
      const devices = devicesOf(services, site, query)
      const group: Group = query.group ?? (query.device === undefined ? 'site' : 'device')
      return answer(request, reply as FastifyReply, { site, by: query.by, group, devices })
    },
  )

  app.get(
    '/api/sites/:site/devices/:device/energy',
    {
      config: { action: 'energy:read' },
      schema: {
        operationId: 'getDeviceEnergy',
        tags,
        summary: 'Energy of one device or virtual meter',
        params: DeviceParams,
        querystring: RangeQuery.extend({ by }),
        response: { 200: EnergyOut },
      },
    },
    async (request, reply) => {
      const { site, device } = request.params
      requireMeter(services, site, device)
      return answer(request, reply as FastifyReply, {
        site,
        by: request.query.by,
        group: 'device',
        devices: [device],
      })
    },
  )

  interface Wanted {
    readonly site: string
    readonly by: z.output<typeof by>
    readonly group: Group
    readonly devices: readonly string[] | undefined
  }

  async function answer(request: FastifyRequest, reply: FastifyReply, { devices, ...wanted }: Wanted) {
    const signal = disconnected(reply)
    const { timezone } = siteOf(services.registry, wanted.site)
    const range = timeRange(request.query as z.output<typeof RangeQuery>, {
      zone: timezone,
      now: clock.now(),
    })
    const placeOf = (device: string) => registry.devices.known(wanted.site, device)?.place ?? null
    const query = {
      ...wanted,
      ...range,
      zone: timezone,
      placeOf,
      ...(devices === undefined ? {} : { devices }),
    }
    const meters = Math.max(1, devices?.length ?? ledger.meters(wanted.site).length)
    const end = await turns.take(callerOf(request.principal), signal)
    try {
      const energy = await energyOf(ledger, query, { meters, signal })
      return sendJson(reply, JSON.stringify(energyOut(energy)))
    } finally {
      end()
    }
  }

  app.get(
    '/api/sites/:site/devices/:device/slots',
    {
      config: { action: 'energy:read' },
      schema: {
        operationId: 'listSlots',
        tags,
        summary: 'The 15-minute slots of one device or virtual meter, with quality, source and revision',
        params: DeviceParams,
        querystring: RangeQuery,
        response: { 200: z.object({ timezone: z.string(), slots: z.array(SlotOut) }) },
      },
    },
    async (request, reply) => {
      const { site, device } = request.params
      const { timezone } = siteOf(services.registry, site)
      requireMeter(services, site, device)
      const range = timeRange(request.query, { zone: timezone, now: clock.now() })
      const slots = await ledger.slots(site, device, range)
      return sendJson(reply, JSON.stringify({ timezone, slots: slots.map(slot => slotOut(slot, timezone)) }))
    },
  )
}

export function slotOut({ start, importMilliWh, exportMilliWh, ...rest }: Slot, zone: string) {
  const importWh = importMilliWh === null ? null : importMilliWh / 1000
  const exportWh = exportMilliWh === null ? null : exportMilliWh / 1000
  return { start: isoLocal(start, zone), importWh, exportWh, ...rest }
}

/** A token that opens one device has to name it. */
function namedDevice(request: FastifyRequest) {
  const { site } = request.params as { site: string }
  const { device } = request.query as { device?: unknown }
  return typeof device === 'string' && !device.includes(',') ? { site, device } : { site }
}

/** @throws NotFound */
export function requireMeter(
  { registry, ledger }: Pick<Services, 'registry' | 'ledger'>,
  site: string,
  device: string,
): void {
  if (registry.devices.known(site, device)) return
  if (!ledger.virtualMeters(site).some(({ id }) => id === device)) throw new NotFound('device', device)
}

interface Which {
  readonly device?: readonly string[] | undefined
  readonly place?: readonly string[] | undefined
}

/** The meters that a query names; undefined for all. @throws NotFound */
function devicesOf(services: Services, site: string, { device, place }: Which): string[] | undefined {
  for (const one of device ?? []) requireMeter(services, site, one)
  if (place === undefined) return device?.slice()
  const there = devicesIn(services.registry, site, place)
  return device === undefined ? there : device.filter(one => there.includes(one))
}
