import type { SiteSpec } from '../spec.ts'
import { adelaide } from './adelaide.ts'
import { berlin } from './berlin.ts'
import { oslo } from './oslo.ts'
import { paris } from './paris.ts'

/** The demo's three homes and its office. Ids start with `demo-`, so that they never meet a real site. */
export const demoSites: readonly SiteSpec[] = [oslo, paris, adelaide, berlin]
