import type { Host } from '../windows/view.ts'
import type { InstanceCx } from './cx.ts'
import type { Env } from './instance.ts'

/** A running statement as its parts see it. */
export interface PartHost extends Host {
  readonly env: Env
  readonly cx: InstanceCx
}

/** Something a running statement keeps besides its windows. */
export interface PartPlan {
  make(host: PartHost): Part
}

export interface Part {
  stop(): void
}
