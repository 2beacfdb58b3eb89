import { RuleAction, RuleDefinition } from '@ohmstead/model'
import { z } from 'zod'
import type { ReplayStatus } from '../../rules/replays.ts'
import { id } from '../schemas.ts'

const time = z
  .union([z.string().max(60), z.number()])
  .describe('ISO 8601, epoch ms, `now`, or before now: `-30d`.')
export const Period = z.object({ from: time, to: time.default('now') })
export const Trial = z.object({
  id: id
    .optional()
    .describe(
      'Of the rule that it is to be a version of: what is saved under it then counts as no other rule.',
    ),
  definition: RuleDefinition,
  actions: z
    .array(RuleAction)
    .min(1)
    .max(10)
    .default([{ kind: 'alert', severity: 'medium' }]),
})

export const speed = z
  .number()
  .positive()
  .max(1e7)
  .nullable()
  .describe('Times as fast as it was, 1 for real time; null as fast as possible.')
export const StartReplay = Period.extend({
  mode: z
    .enum(['lab', 'live'])
    .default('lab')
    .describe(
      '`lab`: to rules, touching nothing. `live`: into this site, through ingest, as if it happened now.',
    ),
  speed: z
    .number()
    .positive()
    .max(1e7)
    .nullish()
    .describe(
      'Times as fast as it was, 1 for real time. In the lab null, which is the default there, is as fast as possible; live it is 1 to 3600, and 1 when absent.',
    ),
  rules: z.array(z.string().max(63)).max(50).default([]).describe('Of the lab.'),
  trials: z.array(Trial).max(10).default([]).describe('Of the lab.'),
  source: z.string().max(63).optional().describe('Live: the site whose stored readings are sent.'),
  confirm: z
    .boolean()
    .default(false)
    .describe(
      'Live: that the site may have devices that can be controlled; needs the right to control them.',
    ),
})

export const ReplayOut = z.object({
  id: z.string(),
  mode: z.enum(['lab', 'live']),
  site: z.string(),
  source: z.string().describe('Whose stored readings are played.'),
  from: z.number(),
  to: z.number(),
  speed: z.number().nullable(),
  paused: z.boolean().describe('Its clock stands still until it is told to go on.'),
  startedAt: z.number(),
  rules: z.array(z.object({ id: z.string(), sentence: z.string(), stopped: z.string().nullable() })),
  state: z.enum(['running', 'done', 'stopped', 'failed']),
  through: z.number().describe('Where its clock stands, epoch ms.'),
  progress: z.number().describe('0–1.'),
  readings: z.number(),
  said: z.number(),
  sent: z.number().describe('Live: values that are stored in the site.'),
  total: z.number().nullable().describe('Live: values of the period; null while they are counted.'),
  rejected: z.number().describe('Live: what ingest refused; the quarantine of the site says why.'),
  lateMs: z.number().describe('Live: how far it is behind its own schedule.'),
  reason: z.string().nullable(),
})

export const replayOut = (status: ReplayStatus) => ({ ...status, rules: [...status.rules] })
