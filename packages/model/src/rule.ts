import { z } from 'zod'
import { idPattern } from './ids.ts'
import { nameFault } from './names.ts'

const id = z.string().regex(idPattern, 'expected 1–63 of a–z, 0–9 and -, beginning with a letter or digit')

export const severities = ['low', 'medium', 'high'] as const
export type Severity = (typeof severities)[number]

/** What a rule says: EPL as somebody wrote it, or a template with its parameters, which becomes EPL. */
export const RuleDefinition = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('epl'), text: z.string().trim().min(1).max(20_000) }),
  z.object({
    kind: z.literal('template'),
    template: z.string().max(60),
    parameters: z.record(z.string().max(60), z.unknown()),
  }),
])
export type RuleDefinition = z.infer<typeof RuleDefinition>

const measurement = z.string().refine(name => nameFault(name) === undefined, {
  error: ({ input }) => nameFault(String(input)) ?? '',
})

const actionKinds = ['alert', 'event', 'webhook', 'store'] as const

function actionFault({ input }: { input?: unknown }): string {
  return (input as { kind?: unknown } | null | undefined)?.kind === 'command'
    ? 'rules cannot send commands to devices yet: use an event or a webhook'
    : `expected a kind of ${actionKinds.join(', ')}`
}

/**
 * What becomes of a rule's rows. `alert`: something a person has to know, open until it is cleared. `event`: each row is kept
 * and published on `sites/{site}/events/{topic}`, where `topic` is the rule's id when absent. `webhook`: posted, signed.
 * `store`: each row becomes a reading of a device that has no other source.
 */
export const RuleAction = z.discriminatedUnion(
  'kind',
  [
    z.object({ kind: z.literal('alert'), severity: z.enum(severities) }),
    z.object({ kind: z.literal('event'), topic: id.optional() }),
    z.object({
      kind: z.literal('webhook'),
      url: z.url({ protocol: /^https?$/, error: 'expected an http or https address' }).max(2000),
    }),
    z.object({ kind: z.literal('store'), device: id, measurement }),
  ],
  { error: actionFault },
)
export type RuleAction = z.infer<typeof RuleAction>

/** A continuous query of a site and what becomes of its rows. */
export const Rule = z.object({
  id,
  site: id,
  name: z.string().trim().min(1).max(120),
  enabled: z.boolean().default(true),
  definition: RuleDefinition,
  actions: z.array(RuleAction).min(1).max(10),
  /** Grows by one whenever definition or actions change. */
  version: z.number().int().positive(),
  /** When this version was made; UTC ms. */
  changedAt: z.number(),
})
export type Rule = z.infer<typeof Rule>

/** A rule as it is created under its site's route. */
export const RuleInput = Rule.omit({ site: true, version: true, changedAt: true })
export type RuleInput = z.input<typeof RuleInput>

export const RulePatch = z.object({
  name: Rule.shape.name.optional(),
  enabled: z.boolean().optional(),
  definition: RuleDefinition.optional(),
  actions: Rule.shape.actions.optional(),
})
export type RulePatch = z.infer<typeof RulePatch>

/** What a rule was at one time. */
export const RuleVersion = z.object({
  version: z.number().int().positive(),
  definition: RuleDefinition,
  actions: Rule.shape.actions,
  changedAt: z.number(),
  changedBy: z.object({ kind: z.string(), id: z.string() }),
})
export type RuleVersion = z.infer<typeof RuleVersion>

/** One thing that a rule said, as a case expects it again; `time` is that of the data, UTC ms. */
export const CaseSaid = z.object({
  kind: z.enum(['raised', 'cleared', 'event']),
  key: z.string(),
  time: z.number(),
})
export type CaseSaid = z.infer<typeof CaseSaid>

/** What a case was made from, so that it can be told whether that is still stored. */
export const CaseBasis = z.object({
  /** How long before the period what was looked at begins. */
  memoryMs: z.number(),
  needs: z.array(
    z.object({
      measurement: z.string(),
      devices: z.array(z.string()).nullable(),
      fields: z.array(z.string()).nullable(),
    }),
  ),
  /** Stored values that were looked at. */
  values: z.number(),
})
export type CaseBasis = z.infer<typeof CaseBasis>

export const caseLimits = { perRule: 50, expected: 1000 } as const

/** A regression test: in [from, to) a rule has to say what it said when the case was made. */
export const RuleCase = z.object({
  id,
  site: id,
  rule: id,
  name: Rule.shape.name,
  from: z.number(),
  to: z.number(),
  expected: z.array(CaseSaid).max(caseLimits.expected),
  basis: CaseBasis,
  /** UTC ms. */
  madeAt: z.number(),
})
export type RuleCase = z.infer<typeof RuleCase>
