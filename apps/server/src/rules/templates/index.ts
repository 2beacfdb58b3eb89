import { absence } from './absence.ts'
import { finished } from './finished.ts'
import { freezerDoor } from './freezerDoor.ts'
import { leftOn } from './leftOn.ts'
import { peak } from './peak.ts'
import { phaseOverload } from './phaseOverload.ts'
import { stuck } from './stuck.ts'
import type { Template } from './template.ts'
import { threshold } from './threshold.ts'
import { unusual } from './unusual.ts'

export type { Names, Template } from './template.ts'

/** Rules that can be filled in, in the order in which they are offered. */
export const templates: readonly Template[] = [
  threshold,
  absence,
  unusual,
  finished,
  leftOn,
  peak,
  freezerDoor,
  stuck,
  phaseOverload,
]
