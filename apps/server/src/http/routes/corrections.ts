import type { Edit, EditBody, StoredRevision } from '@ohmstead/ledger'
import { InvalidInput, isoLocal, parseTime, type Slot } from '@ohmstead/model'
import { actorOf, type Principal } from '@ohmstead/registry'
import { z } from 'zod'
import type { Services } from '../../services.ts'
import type { App } from '../app.ts'
import { siteOf } from '../lookup.ts'
import { DeviceParams, Empty, id, pageOf, RangeQuery, SiteParams } from '../schemas.ts'
import { instant } from '../time.ts'
import { requireMeter, SlotOut, slotOut } from './energy.ts'

const tags = ['corrections']

const time = z
  .union([z.string().max(60), z.number()])
  .describe('ISO 8601, without an offset the site’s time; or epoch ms.')
const wh = z.number().min(0).max(1e12).nullable().optional()
const perDirection = { importWh: wh, exportWh: wh }
const range = { from: time, to: time }

const EditIn = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('exclude'), ...range }).describe('Readings of this time do not count.'),
    z
      .object({
        kind: z.literal('replaced'),
        at: time,
        final: z.object(perDirection).optional(),
        initial: z.object(perDirection).optional(),
      })
      .describe(
        'Another meter since then; what the old one showed last and the new one first, where somebody read them.',
      ),
    z
      .object({ kind: z.literal('counter'), at: time, ...perDirection })
      .describe('What the counter showed then.'),
    z
      .object({ kind: z.literal('energy'), ...range, ...perDirection })
      .describe('This much energy, in whole slots.'),
  ])
  .describe(
    'What a person knows better. Readings stay as they are; an edit lies over them and can be undone.',
  )

const EditRequest = z.object({ edit: EditIn, note: z.string().max(2000).optional().describe('Why.') })

export const EditOut = z.object({
  id: z.number().int(),
  site: z.string(),
  device: z.string(),
  edit: z.record(z.string(), z.unknown()),
  note: z.string(),
  who: z.string(),
  time: z.number(),
  undone: z.object({ who: z.string(), time: z.number() }).nullable(),
})
const sums = z.object({ importWh: z.number().nullable(), exportWh: z.number().nullable() })
const PreviewOut = z.object({
  from: z.string(),
  to: z.string(),
  before: z.array(SlotOut).describe('The slots that would change, as they are.'),
  after: z.array(SlotOut).describe('The same slots, as they would be.'),
  sums: z.object({ before: sums, after: sums }).describe('Over all slots from `from` to `to`.'),
})
const RevisionOut = z.object({
  id: z.number().int(),
  site: z.string(),
  device: z.string(),
  start: z.string(),
  before: SlotOut.nullable(),
  after: SlotOut,
  cause: z.string(),
  time: z.number(),
  who: z.string().nullable(),
})

/** What people correct, what changed and why, and meters that are computed from others. */
export function correctionRoutes(app: App, services: Services): void {
  editRoutes(app, services)
  revisionRoute(app, services)
  virtualMeterRoutes(app, services)
}

function editRoutes(app: App, services: Services): void {
  const { ledger, registry } = services
  const asked = (params: z.output<typeof DeviceParams>, { edit, note }: z.output<typeof EditRequest>) => {
    const { timezone } = siteOf(services.registry, params.site)
    return { ...params, body: editOf(edit, timezone), note: note ?? '' }
  }

  app.get(
    '/api/sites/:site/edits',
    {
      config: { action: 'energy:read' },
      schema: {
        operationId: 'listEdits',
        tags,
        summary: 'Every edit, undone ones too, oldest first',
        params: SiteParams,
        querystring: z.object({ device: id.optional() }),
        response: { 200: z.object({ items: z.array(EditOut) }) },
      },
    },
    async request => ({ items: ledger.edits(request.params.site, request.query.device).map(editOut) }),
  )
  app.post(
    '/api/sites/:site/devices/:device/edits/preview',
    {
      config: { action: 'energy:edit' },
      schema: {
        operationId: 'previewEdit',
        tags,
        summary: 'What an edit would change; nothing is saved',
        params: DeviceParams,
        body: EditRequest,
        response: { 200: PreviewOut },
      },
    },
    async request => {
      const edit = asked(request.params, request.body)
      requireMeter(services, edit.site, edit.device)
      return previewOut(await ledger.preview(edit), siteOf(services.registry, edit.site).timezone)
    },
  )
  app.post(
    '/api/sites/:site/devices/:device/edits',
    {
      config: { action: 'energy:edit' },
      schema: {
        operationId: 'applyEdit',
        tags,
        summary: 'Save an edit and compute what it changes; each changed slot leaves a revision',
        params: DeviceParams,
        body: EditRequest,
        response: { 201: EditOut },
      },
    },
    async (request, reply) => {
      const edit = asked(request.params, request.body)
      requireMeter(services, edit.site, edit.device)
      const saved = await ledger.apply(edit, nameOf(request.principal))
      const what = `sites/${edit.site}/devices/${edit.device}/edits/${saved.id}`
      await registry.audit.append({
        who: actorOf(request.principal),
        action: 'edit.create',
        what,
        site: edit.site,
        after: edit,
      })
      return reply.code(201).send(editOut(saved))
    },
  )
  const EditParams = SiteParams.extend({ edit: z.coerce.number().int().positive() })
  app.post(
    '/api/sites/:site/edits/:edit/preview-undo',
    {
      config: { action: 'energy:edit' },
      schema: {
        operationId: 'previewUndo',
        tags,
        summary: 'What undoing an edit would change; nothing is saved',
        params: EditParams,
        response: { 200: PreviewOut },
      },
    },
    async request => {
      const { site, edit } = request.params
      return previewOut(await ledger.previewUndo(site, edit), siteOf(services.registry, site).timezone)
    },
  )
  app.delete(
    '/api/sites/:site/edits/:edit',
    {
      config: { action: 'energy:edit' },
      schema: {
        operationId: 'undoEdit',
        tags,
        summary: 'Undo an edit; it stays on record',
        params: EditParams,
        response: { 200: EditOut },
      },
    },
    async request => {
      const { site, edit } = request.params
      const undone = await ledger.undo(site, edit, nameOf(request.principal))
      const what = `sites/${site}/devices/${undone.device}/edits/${edit}`
      await registry.audit.append({
        who: actorOf(request.principal),
        action: 'edit.undo',
        what,
        site,
        before: undone.body,
      })
      return editOut(undone)
    },
  )
}

function revisionRoute(app: App, services: Services): void {
  const { ledger, clock } = services
  app.get(
    '/api/sites/:site/revisions',
    {
      config: { action: 'energy:read' },
      schema: {
        operationId: 'listRevisions',
        tags,
        summary: 'Slots that changed after they were final: before, after, why and by whom; newest first',
        params: SiteParams,
        querystring: RangeQuery.extend({
          device: id.optional(),
          cursor: z.coerce.number().int().positive().optional().describe('`next` of the page before.'),
          limit: z.coerce.number().int().min(1).max(500).default(100),
        }),
        response: { 200: pageOf(RevisionOut) },
      },
    },
    async request => {
      const { site } = request.params
      const { device, cursor, limit, from, to } = request.query
      const { timezone: zone } = siteOf(services.registry, site)
      const at = { zone, now: clock.now() }
      const found = ledger.revisions({
        site,
        // One more than asked for tells whether there is another page.
        limit: limit + 1,
        ...(device === undefined ? {} : { device }),
        ...(cursor === undefined ? {} : { before: cursor }),
        ...(from === undefined ? {} : { from: instant(from, 'from', at) }),
        ...(to === undefined ? {} : { to: instant(to, 'to', at) }),
      })
      const items = found.slice(0, limit)
      return {
        items: items.map(one => revisionOut(one, zone)),
        next: found.length > limit ? String(items.at(-1)!.id) : null,
      }
    },
  )
}

function virtualMeterRoutes(app: App, { ledger, registry }: Services): void {
  const terms = z.array(id).max(1000).describe('Ids of devices or of other virtual meters.')
  const VirtualMeter = z.object({
    id,
    name: z.string().trim().min(1).max(120),
    plus: terms,
    minus: terms.default([]),
  })
  const MeterParams = SiteParams.extend({ meter: id })
  const tags = ['virtual meters']
  app.get(
    '/api/sites/:site/virtual-meters',
    {
      config: { action: 'energy:read' },
      schema: {
        operationId: 'listVirtualMeters',
        tags,
        params: SiteParams,
        response: { 200: z.object({ items: z.array(VirtualMeter) }) },
      },
    },
    async request => ({
      items: ledger
        .virtualMeters(request.params.site)
        .map(meter => ({ ...meter, plus: [...meter.plus], minus: [...meter.minus] })),
    }),
  )
  app.put(
    '/api/sites/:site/virtual-meters/:meter',
    {
      config: { action: 'device:write' },
      schema: {
        operationId: 'putVirtualMeter',
        tags,
        summary: 'Make or replace a meter that is the sum and difference of others',
        params: MeterParams,
        body: VirtualMeter.omit({ id: true }),
        response: { 200: VirtualMeter },
      },
    },
    async request => {
      const { site, meter: id } = request.params
      const before = ledger.virtualMeters(site).find(meter => meter.id === id) ?? null
      const after = { id, ...request.body }
      ledger.putVirtualMeter(site, after)
      const what = `sites/${site}/virtual-meters/${id}`
      await registry.audit.append({
        who: actorOf(request.principal),
        action: 'virtual-meter.put',
        what,
        site,
        before,
        after,
      })
      return after
    },
  )
  app.delete(
    '/api/sites/:site/virtual-meters/:meter',
    {
      config: { action: 'device:write' },
      schema: { operationId: 'removeVirtualMeter', tags, params: MeterParams, response: { 204: Empty } },
    },
    async (request, reply) => {
      const { site, meter: id } = request.params
      const before = ledger.virtualMeters(site).find(meter => meter.id === id) ?? null
      ledger.removeVirtualMeter(site, id)
      const what = `sites/${site}/virtual-meters/${id}`
      await registry.audit.append({
        who: actorOf(request.principal),
        action: 'virtual-meter.remove',
        what,
        site,
        before,
      })
      return reply.code(204).send()
    },
  )
}

/** How the ledger's records name whoever edits: people by their address, which members see anyway. */
function nameOf(principal: Principal): string {
  if (principal.kind === 'person') return principal.email
  if (principal.kind === 'token' && principal.owner) return `${principal.owner.email} (token ${principal.id})`
  const { kind, id } = actorOf(principal)
  return `${kind} ${id}`
}

/** Its times as instants. @throws InvalidInput */
function editOf(edit: z.output<typeof EditIn>, zone: string): EditBody {
  const at = (text: string | number, field: string) => {
    try {
      return parseTime(text, zone)
    } catch (error) {
      throw new InvalidInput(`edit.${field}`, error instanceof InvalidInput ? error.reason : 'not a time', {
        cause: error,
      })
    }
  }
  const times =
    'at' in edit ? { at: at(edit.at, 'at') } : { from: at(edit.from, 'from'), to: at(edit.to, 'to') }
  return { ...edit, ...times } as EditBody
}

export function editOut({ body, note, ...edit }: Edit): z.input<typeof EditOut> {
  return { ...edit, edit: { ...body }, note: note ?? '', undone: edit.undone && { ...edit.undone } }
}

interface PreviewIn {
  readonly from: number
  readonly to: number
  readonly before: readonly Slot[]
  readonly after: readonly Slot[]
  readonly sums: z.output<typeof PreviewOut>['sums']
}

function previewOut({ from, to, before, after, sums }: PreviewIn, zone: string): z.output<typeof PreviewOut> {
  const slots = (all: readonly Slot[]) => all.map(slot => slotOut(slot, zone))
  return {
    from: isoLocal(from, zone),
    to: isoLocal(to, zone),
    before: slots(before),
    after: slots(after),
    sums,
  }
}

function revisionOut(
  { start, before, after, ...rest }: StoredRevision,
  zone: string,
): z.output<typeof RevisionOut> {
  return {
    ...rest,
    start: isoLocal(start, zone),
    before: before && slotOut(before, zone),
    after: slotOut(after, zone),
  }
}
