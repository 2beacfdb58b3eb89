import type { Event } from '../engine/event.ts'
import { type Host, type Sink, View } from './view.ts'

/** Several windows over one stream; each is asked about every event. */
abstract class Combined extends View {
  readonly views: View[] = []
  readonly ears: Ear[] = []
  busy = false

  constructor(host: Host, makers: readonly ((host: Host) => View)[]) {
    super(host)
    for (const make of makers) {
      const view = make(host)
      const ear = new Ear(this)
      view.next = ear
      this.views.push(view)
      this.ears.push(ear)
    }
  }

  abstract heard(): void

  /** Tells all windows, without passing on what they answer. */
  tell(added: readonly Event[], removed: readonly Event[]): void {
    this.busy = true
    for (const view of this.views) view.update(added, removed)
    this.busy = false
  }

  override stop(): void {
    for (const view of this.views) view.stop()
  }

  override rows(event: Event): readonly Event[] {
    return this.views[0].rows(event)
  }
  override get relative(): boolean {
    return this.views.some(view => view.relative)
  }
}

/** What one of the windows answers. */
class Ear implements Sink {
  readonly owner: Combined
  added: Event[] = []
  removed: Event[] = []
  constructor(owner: Combined) {
    this.owner = owner
  }
  update(added: readonly Event[], removed: readonly Event[]): void {
    this.added.push(...added)
    this.removed.push(...removed)
    if (!this.owner.busy) this.owner.heard()
  }
  take(): { added: Event[]; removed: Event[] } {
    const { added, removed } = this
    this.added = []
    this.removed = []
    return { added, removed }
  }
}

/** Default: an event is in only while every window holds it. */
export class Intersection extends Combined {
  readonly events = new Set<Event>()

  update(added: readonly Event[], removed: readonly Event[]): void {
    this.tell(added, removed)
    this.settle(added, removed)
  }

  heard(): void {
    this.settle([], [])
  }

  settle(offered: readonly Event[], asked: readonly Event[]): void {
    const answers = this.ears.map(ear => ear.take())
    const gone = new Set<Event>(asked.filter(event => this.events.has(event)))
    for (const answer of answers) for (const event of answer.removed) gone.add(event)
    const batch = answers.findIndex((_, i) => this.views[i].relative)
    const candidates = batch >= 0 ? answers[batch].added : offered
    const entered = candidates.filter(
      event => batch >= 0 || answers.every(answer => answer.added.includes(event)),
    )
    const refused = offered.filter(event => batch < 0 && !entered.includes(event))
    for (const event of entered) this.events.add(event)
    const left = [...gone].filter(event => this.events.delete(event))
    this.forget([...left, ...refused], answers)
    if (entered.length > 0 || left.length > 0) this.next.update(entered, left)
  }

  /** Takes events out of the windows that still hold them. */
  forget(events: readonly Event[], answers: readonly { removed: Event[] }[]): void {
    if (events.length === 0) return
    this.busy = true
    this.views.forEach((view, i) => {
      const still = events.filter(event => !answers[i].removed.includes(event))
      if (still.length > 0) view.update([], still)
    })
    this.busy = false
    for (const ear of this.ears) ear.take()
  }

  contents(): readonly Event[] {
    return [...this.events]
  }
}

/** `retain-union`: an event is in while any window holds it. */
export class Union extends Combined {
  readonly holders = new Map<Event, number>()

  update(added: readonly Event[], removed: readonly Event[]): void {
    this.tell(added, removed)
    const entered = this.settle()
    const left = removed.filter(event => this.holders.delete(event))
    this.pass(entered.added, [...entered.removed, ...left])
  }

  heard(): void {
    const { added, removed } = this.settle()
    this.pass(added, removed)
  }

  settle(): { added: Event[]; removed: Event[] } {
    const added: Event[] = []
    const removed: Event[] = []
    const answers = this.ears.map(ear => ear.take())
    for (const answer of answers)
      for (const event of answer.added) {
        const count = this.holders.get(event) ?? 0
        if (count === 0) added.push(event)
        this.holders.set(event, count + 1)
      }
    for (const answer of answers)
      for (const event of answer.removed) {
        const count = (this.holders.get(event) ?? 0) - 1
        if (count > 0) this.holders.set(event, count)
        else if (this.holders.delete(event)) removed.push(event)
      }
    return { added, removed }
  }

  pass(added: readonly Event[], removed: readonly Event[]): void {
    if (added.length > 0 || removed.length > 0) this.next.update(added, removed)
  }

  contents(): readonly Event[] {
    return [...this.holders.keys()]
  }
}
