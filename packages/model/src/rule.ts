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
