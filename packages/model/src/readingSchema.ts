import { z } from 'zod'
import { idPattern } from './ids.ts'
import { maxNameLength } from './names.ts'

const name = z.string().min(1).max(maxNameLength)
const value = z.union([z.number(), z.boolean(), z.string()])

/**
 * A reading as it is sent, for documentation (OpenAPI, AsyncAPI) and clients. What checks readings on their way in is
 * readReading, which says more and does it faster.
 */
export const ReadingInput = z
  .object({
    measurement: name.meta({ description: 'What kind of reading it is; known ones are in the catalogue' }),
    time: z.union([z.string(), z.number()]).optional().meta({
      description:
        "ISO 8601, without an offset in the site's local time; or epoch milliseconds; absent: time of arrival",
    }),
    fields: z.record(name, value).meta({ description: 'Values by name, at least one' }),
    tags: z.record(name, z.string()).optional().meta({
      description: 'Texts that tell series of one device and field apart',
    }),
  })
  .meta({
    examples: [
      { measurement: 'electricalMeter', time: '2026-01-01T00:00:00Z', fields: { power: 12.5 }, tags: {} },
    ],
  })
export type ReadingInput = z.infer<typeof ReadingInput>

/** The same where the address does not say whose reading it is. */
export const AddressedReadingInput = ReadingInput.extend({
  site: z.string().regex(idPattern),
  device: z.string().regex(idPattern),
})
export type AddressedReadingInput = z.infer<typeof AddressedReadingInput>
