import { type SeriesEvidence, type VirtualMeter, verdicts } from '@ohmstead/ledger'
import { type Instant, isoLocal } from '@ohmstead/model'
import { z } from 'zod'
import type { Services } from '../../services.ts'
import type { App } from '../app.ts'
import { siteOf } from '../lookup.ts'
import { DeviceParams } from '../schemas.ts'
import { instant } from '../time.ts'
import { EditOut, editOut } from './corrections.ts'
import { requireMeter, SlotOut, slotOut } from './energy.ts'

const Stretch = { from: z.string().describe('ISO 8601 with the site’s offset.'), to: z.string() }

const Step = z.object({
  ...Stretch,
  direction: z.enum(['import', 'export']),
  energyWh: z.number().nullable().describe('Wh; null when it is not known.'),
  certainty: z
    .enum(['measured', 'spread', 'guessed', 'edited'])
    .describe(
      'spread: how much is known, but not when; guessed: at least so much; edited: a person gave it.',
    ),
  verdict: z.enum(verdicts).nullable().describe('What happened to the counter; null for interval energies.'),
})

const Evidence = z.object({
  measurement: z.string(),
  field: z.string(),
  tags: z.record(z.string(), z.string()),
  kind: z.enum(['counter', 'interval', 'power']),
  samples: z.number().int().describe('Readings in the slot.'),
  steps: z
    .array(Step)
    .describe('Between two readings of it in or across the slot: what is not plainly measured; at most 100.'),
  gaps: z
    .array(z.object(Stretch))
    .describe('Between two readings of power, when that is longer than is usual for the device.'),
})

export const ExplanationOut = z.object({
  timezone: z.string(),
  slot: SlotOut.nullable().describe('As it is; null when it has not begun.'),
  series: z.array(Evidence).describe('What each series of the device says; empty for a virtual meter.'),
  edits: z.array(EditOut).describe('Those that touch it and were not undone.'),
  members: z
    .array(z.object({ device: z.string(), sign: z.union([z.literal(1), z.literal(-1)]) }))
    .describe('What a virtual meter is computed from; empty for a device.'),
})

/** Why a slot is as it is. */
export function explanationRoutes(app: App, { ledger, registry, clock }: Services): void {
  app.get(
    '/api/sites/:site/devices/:device/energy/explain',
    {
      config: { action: 'energy:read' },
      schema: {
        operationId: 'explainSlot',
        tags: ['energy'],
        summary: 'Why a 15-minute slot is as it is: what each series says, gaps, restarts of counters, edits',
        params: DeviceParams,
        querystring: z.object({
          slot: z
            .string()
            .max(60)
            .describe('A time in it: ISO 8601, without an offset the site’s time; epoch ms; `-1h`.'),
        }),
        response: { 200: ExplanationOut },
      },
    },
    async request => {
      const { site, device } = request.params
      const { timezone } = siteOf(registry, site)
      requireMeter({ registry, ledger }, site, device)
      const at = instant(request.query.slot, 'slot', { zone: timezone, now: clock.now() })
      const { slot, series, edits } = await ledger.explain(site, device, at)
      return {
        timezone,
        slot: slot && slotOut(slot, timezone),
        series: series.map(one => evidenceOut(one, timezone)),
        edits: edits.map(editOut),
        members: membersOf(ledger.virtualMeters(site).find(({ id }) => id === device)),
      }
    },
  )
}

function evidenceOut({ steps, gaps, tags, ...same }: SeriesEvidence, zone: string) {
  const stretch = <Range extends { from: Instant; to: Instant }>(range: Range) => ({
    ...range,
    from: isoLocal(range.from, zone),
    to: isoLocal(range.to, zone),
  })
  return { ...same, tags: { ...tags }, steps: steps.map(stretch), gaps: gaps.map(stretch) }
}

function membersOf(meter: VirtualMeter | undefined) {
  return [
    ...(meter?.plus ?? []).map(device => ({ device, sign: 1 as const })),
    ...(meter?.minus ?? []).map(device => ({ device, sign: -1 as const })),
  ]
}
