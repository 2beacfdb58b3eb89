import { Event } from '../engine/event.ts'
import type { Clock } from '../engine/scheduler.ts'
import { InstanceCx } from '../select/cx.ts'
import type { Env } from '../select/instance.ts'
import type { Part, PartHost, PartPlan } from '../select/parts.ts'
import { assign } from './assign.ts'
import type { UpdatePlan } from './plan.ts'

/** `update istream`: changes events of a stream before any statement sees them. */
export class StreamUpdate implements PartHost {
  readonly plan: UpdatePlan
  readonly env: Env
  readonly cx: InstanceCx

  constructor(plan: UpdatePlan, parts: readonly PartPlan[], env: Env) {
    this.plan = plan
    this.env = env
    this.cx = new InstanceCx(env.runtime, null)
    for (const part of parts) this.cx.parts.push(part.make(this))
  }

  get scheduler(): Clock {
    return this.env.runtime.scheduler
  }
  get order(): number {
    return this.env.order
  }
  get zone(): string {
    return this.env.runtime.zone
  }
  held(change: number): void {
    this.cx.held(change)
  }

  applied(event: Event): Event {
    const { plan, cx } = this
    if (plan.where && plan.where([null, event], cx) !== true) return event
    const values = [...event.values]
    assign(values, plan.set, [null, event], cx)
    return new Event(event.type, values)
  }

  stop(): void {
    for (const part of this.cx.parts as Part[]) part.stop()
    this.cx.release()
  }
}
