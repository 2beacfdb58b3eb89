import { Device, Member, Place, Site } from '@ohmstead/model'
import { z } from 'zod'
import { Profile } from './routes/accounts.ts'
import { AlertOut, EventOut } from './routes/alerts.ts'
import { EnergyOut, SlotOut } from './routes/energy.ts'
import { ReceiptOut } from './routes/readingsIn.ts'
import { SeriesOut } from './routes/readingsOut.ts'
import { RuleOut } from './rules/ruleSchemas.ts'

/** RFC 9457 with what Ohmstead adds. */
export const ProblemOut = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string().describe('Stable; branch on this, never on the words.'),
  field: z.string().optional().describe('Path to the input that is at fault, as `fields.power`.'),
  line: z.number().int().optional().describe('Of a rule’s text, from 1.'),
  column: z.number().int().optional(),
  expected: z.array(z.string()).optional().describe('What could have stood there.'),
  errors: z.array(z.object({ field: z.string(), reason: z.string() })).optional(),
  retryAfter: z.number().optional().describe('Seconds after which the same request may succeed.'),
})

/** Schemas that the description gives a name to, so that generated clients have types with names. */
const named = {
  Site,
  Place,
  Device,
  Member,
  Profile,
  Receipt: ReceiptOut,
  Series: SeriesOut,
  Energy: EnergyOut,
  Slot: SlotOut,
  Rule: RuleOut,
  Alert: AlertOut,
  Event: EventOut,
  Problem: ProblemOut,
}

/** Gives them their names in zod's own registry, where descriptions are kept too. Twice is harmless. */
export function nameSchemas(): void {
  for (const [id, schema] of Object.entries(named))
    z.globalRegistry.add(schema, { ...z.globalRegistry.get(schema), id })
}
