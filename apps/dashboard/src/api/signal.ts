/** One value that changes, and who wants to know. */
export class Signal<Value> {
  #value: Value
  #listeners = new Set<() => void>()

  constructor(value: Value) {
    this.#value = value
  }

  // Arrow functions, so that React can be handed them as they are.
  get = (): Value => this.#value

  set = (value: Value): void => {
    if (Object.is(value, this.#value)) return
    this.#value = value
    for (const listener of this.#listeners) listener()
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
}
