/**
 * What a compiled statement consists of never changes: plans, types, closures. State refers to it, and a snapshot of state
 * must tell the two apart. Whatever state refers to and is no state itself is registered here while it is compiled; a
 * statement compiled again registers the same things in the same order, so that their numbers stay the same.
 */
export class Registry {
  readonly items: object[] = []
  readonly places = new Map<object, number>()

  add(item: object): void {
    if (this.places.has(item)) return
    this.places.set(item, this.items.length)
    this.items.push(item)
  }
}

const all = new WeakSet<object>()
let collecting: Registry | undefined

export function fixed<T extends object>(item: T): T {
  all.add(item)
  collecting?.add(item)
  return item
}

export function isFixed(item: object): boolean {
  return all.has(item)
}

/** Everything `fixed` during `work` goes into this registry. */
export function collect<T>(registry: Registry, work: () => T): T {
  const outer = collecting
  collecting = registry
  try {
    return work()
  } finally {
    collecting = outer
  }
}
