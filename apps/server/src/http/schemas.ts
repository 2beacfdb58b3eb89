import { idPattern } from '@ohmstead/model'
import { z } from 'zod'

/** Parts that many routes share. */
export const id = z
  .string()
  .regex(idPattern, 'expected 1–63 of a–z, 0–9 and -, beginning with a letter or digit')

export const SiteParams = z.object({ site: id })
export const DeviceParams = z.object({ site: id, device: id })

export const PageQuery = z.object({
  cursor: z.string().max(500).optional().describe('`next` of the page before.'),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(500)
    .optional()
    .describe('Most items of a page; 100 when absent.'),
})

/** One page of a list. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    next: z.string().nullable().describe('Cursor of the next page; null on the last.'),
  })
}

/** `a,b` or `x=a&x=b` → `['a', 'b']`. */
export const list = z
  .union([z.string(), z.array(z.string())])
  .transform(given => (Array.isArray(given) ? given : given.split(',')).filter(part => part !== ''))
  .optional()

const timeText =
  'ISO 8601 with an offset, or without one in the site’s time; epoch ms; `now`; or before now: `-24h`.'

export const RangeQuery = z.object({
  from: z
    .string()
    .max(60)
    .optional()
    .describe(`Start, inclusive; a day before \`to\` when absent. ${timeText}`),
  to: z.string().max(60).optional().describe('End, exclusive; now when absent.'),
})

export const Empty = z.undefined().describe('Done; no content.')

/** How long an answer to a removal waits for readings and energy to be gone. */
export const longestRemovalMs = 5_000

export const removalText =
  'Readings and energy are deleted for good. With very many, or while the store cannot write, that is not done when this answers: it goes on by itself, over restarts too, and until then the id cannot be used again (409).'
