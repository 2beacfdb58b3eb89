import { z } from 'zod'
import { idPattern } from './ids.ts'
import { isZone } from './zone.ts'

const id = z.string().regex(idPattern, 'expected 1–63 of a–z, 0–9 and -, beginning with a letter or digit')
const name = z.string().trim().min(1).max(120)
const description = z.string().max(2000)

type Patchable<Shape> = {
  [Key in keyof Shape]: Shape[Key] extends z.ZodDefault<infer Inner>
    ? z.ZodOptional<Inner>
    : Shape[Key] extends z.ZodType
      ? z.ZodOptional<Shape[Key]>
      : never
}

/**
 * The schema of a change to an entity: every field may be absent, and an absent field stays absent.
 * `partial()` alone would fill defaults in, so that a change of the name would also reset everything else.
 */
function patchOf<Shape extends z.ZodRawShape>(entity: z.ZodObject<Shape>): z.ZodObject<Patchable<Shape>> {
  const shape = Object.entries(entity.shape).map(([key, field]) => {
    const inner = field instanceof z.ZodDefault ? field.unwrap() : field
    return [key, z.optional(inner)]
  })
  return z.object(Object.fromEntries(shape)) as unknown as z.ZodObject<Patchable<Shape>>
}

/** A home, office or campus. `timezone` is an IANA name, `currency` an ISO 4217 code. */
export const Site = z.object({
  id,
  name,
  timezone: z.string().refine(isZone, 'expected an IANA time zone such as Europe/Oslo'),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'expected an ISO 4217 code such as EUR')
    .default('EUR'),
  priceArea: z.string().max(40).nullable().default(null),
  /** Which unknown devices may make themselves known by sending: those behind a site's token, or none. */
  newDevices: z.enum(['with-site-token', 'never']).default('with-site-token'),
  /** Readings older than this many whole UTC days are forgotten; null keeps all. Energy outlives them. */
  retentionDays: z.number().int().positive().nullable().default(null),
})
export type Site = z.infer<typeof Site>
export type SiteInput = z.input<typeof Site>
export const SitePatch = patchOf(Site.omit({ id: true }))
export type SitePatch = z.infer<typeof SitePatch>

export const placeKinds = ['site', 'building', 'floor', 'room', 'outside', 'abroad'] as const

/** A node in a site's tree. */
export const Place = z.object({
  id,
  site: id,
  name,
  kind: z.enum(placeKinds),
  parent: id.nullable().default(null),
})
export type Place = z.infer<typeof Place>
/** A place as it is created under its site's route. */
export const PlaceInput = Place.omit({ site: true })
export type PlaceInput = z.input<typeof PlaceInput>
export const PlacePatch = patchOf(PlaceInput.omit({ id: true }))
export type PlacePatch = z.infer<typeof PlacePatch>

export const capabilities = [
  'meter',
  'switch',
  'thermostat',
  'ventilation',
  'battery',
  'climate',
  'light',
  'shutter',
] as const

/** A physical or virtual thing. `identities` are what it calls itself elsewhere: `{"mac":"…","devEui":"…"}`. */
export const Device = z.object({
  id,
  site: id,
  name,
  type: z.string().max(60).nullable().default(null),
  place: id.nullable().default(null),
  description: description.default(''),
  identities: z.record(z.string().max(40), z.string().max(200)).default({}),
  capabilities: z.array(z.enum(capabilities)).default([]),
  /** Bounds every jump of its counters. W. */
  ratedPowerW: z.number().positive().max(1e9).nullable().default(null),
  /** Where its counters roll over to zero: 100000 kWh for a meter of five digits. Wh. */
  counterModulusWh: z.number().positive().max(1e15).nullable().default(null),
  /** The meter that also measures this one's energy, so that nothing counts twice. */
  submeterOf: id.nullable().default(null),
  enabled: z.boolean().default(true),
})
export type Device = z.infer<typeof Device>
/** A device as it is created under its site's route. */
export const DeviceInput = Device.omit({ site: true })
export type DeviceInput = z.input<typeof DeviceInput>
export const DevicePatch = patchOf(DeviceInput.omit({ id: true }))
export type DevicePatch = z.infer<typeof DevicePatch>

export const roles = ['owner', 'operator', 'viewer'] as const
export type Role = (typeof roles)[number]

export const Member = z.object({
  person: z.string(),
  email: z.string(),
  name: z.string(),
  site: id,
  role: z.enum(roles),
})
export type Member = z.infer<typeof Member>

export const scopes = ['read', 'write'] as const
export type Scope = (typeof scopes)[number]
