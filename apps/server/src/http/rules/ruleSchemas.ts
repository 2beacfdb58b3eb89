import { Rule, RuleDefinition } from '@ohmstead/model'
import { z } from 'zod'
import type { Link } from '../../rules/chain.ts'
import type { Compiled } from '../../rules/compile.ts'
import type { Shown } from '../../rules/shownRules.ts'
import { id, SiteParams } from '../schemas.ts'

export const RuleParams = SiteParams.extend({ rule: id })

const State = z.object({
  state: z
    .enum(['starting', 'running', 'stopped', 'off', 'failed'])
    .describe(
      '`stopped`: it took more than its share; `failed`: it cannot be run any more. `reason` says why.',
    ),
  reason: z.string().nullable(),
  through: z.number().nullable().describe('Where its clock stands, epoch ms.'),
  lastSaid: z.number().nullable().describe('Time of the last thing that it said, epoch ms.'),
  held: z.number().describe('Events and partial matches that it holds.'),
  readings: z.number().describe('Readings since the start.'),
  late: z.number().describe('Readings since the start that came after their time.'),
  ignored: z.number().describe('Of these, those that could not be counted in any more.'),
  busyMs: z.number().describe('Time that it has worked since the start, ms.'),
})

const Need = z.object({
  measurement: z.string(),
  devices: z.array(z.string()).nullable().describe('Null: all.'),
  fields: z
    .array(z.string())
    .nullable()
    .describe('Null: all. Names that occur, which need not all be fields.'),
})

export const RuleOut = Rule.extend({
  sentence: z.string().describe('The rule in words; names stand between stars.'),
  epl: z.string().describe('What is run: the text itself, or what the template made.'),
  needs: z.array(Need).describe('What it looks at.'),
  units: z.record(z.string(), z.string()).describe('UCUM units of what its rows hold, by name.'),
  usedBy: z.array(z.string()).describe('Rules that look at a stream that this one inserts into.'),
  status: State,
})

export const CompiledOut = z.object({
  sentence: z.string(),
  epl: z.string(),
  definition: RuleDefinition,
  needs: z.array(Need),
  units: RuleOut.shape.units,
  streams: z
    .array(
      z.object({ stream: z.string(), rules: z.array(z.string()).describe('Those that insert into it.') }),
    )
    .describe('Streams of other rules that it looks at.'),
  memoryMs: z.number().describe('How far back it has to look, ms.'),
})

export function ruleOut(rule: Rule, { needs, ...shown }: Shown): z.output<typeof RuleOut> {
  return { ...rule, ...shown, needs: needs.map(needOut) }
}

export function compiledOut(compiled: Compiled): z.output<typeof CompiledOut> {
  const { needs, sentence, epl, definition, units, memoryMs } = compiled
  const said = { sentence, epl, definition, units, memoryMs }
  return { ...said, needs: needs.map(needOut), streams: streamsOf(compiled) }
}

/** @returns the streams that the last of the links looks at, with their makers */
function streamsOf({ links }: { links: readonly Link[] }): { stream: string; rules: string[] }[] {
  const { imports } = links.at(-1)!
  return [...imports].map(([stream, makers]) => ({ stream, rules: makers.map(at => links[at].rule) }))
}

function needOut({ measurement, devices, fields }: Compiled['needs'][number]) {
  return { measurement, devices: devices && [...devices], fields: fields && [...fields] }
}
