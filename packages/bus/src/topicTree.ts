interface Node<Value> {
  value: Value | undefined
  children: Map<string, Node<Value>> | undefined
}

const leaf = <Value>(): Node<Value> => ({ value: undefined, children: undefined })

/**
 * Values by topic name, found by filter without looking at every topic: with a device per topic, ten thousand clients that
 * come back each ask for one.
 */
export class TopicTree<Value> {
  readonly #root = leaf<Value>()
  #size = 0

  get size(): number {
    return this.#size
  }

  get(topic: string): Value | undefined {
    let node: Node<Value> | undefined = this.#root
    for (const level of topic.split('/')) node = node?.children?.get(level)
    return node?.value
  }

  set(topic: string, value: Value): void {
    let node = this.#root
    for (const level of topic.split('/')) {
      node.children ??= new Map()
      let next = node.children.get(level)
      if (next === undefined) node.children.set(level, (next = leaf()))
      node = next
    }
    if (node.value === undefined) this.#size++
    node.value = value
  }

  delete(topic: string): void {
    const levels = topic.split('/')
    const path = [this.#root]
    for (const level of levels) {
      const next = path.at(-1)!.children?.get(level)
      if (next === undefined) return
      path.push(next)
    }
    const found = path.at(-1)!
    if (found.value === undefined) return
    found.value = undefined
    this.#size--
    for (let at = levels.length; at > 0; at--) {
      const node = path[at]
      if (node.value !== undefined || (node.children?.size ?? 0) > 0) return
      path[at - 1].children!.delete(levels[at - 1])
    }
  }

  /** The values whose topic `filter` selects, in the order of the tree. */
  *select(filter: string): Generator<Value> {
    yield* this.#walk(this.#root, filter.split('/'), 0)
  }

  *#walk(node: Node<Value>, levels: string[], at: number): Generator<Value> {
    const level = levels[at]
    if (level === undefined || level === '#') {
      if (node.value !== undefined) yield node.value
      if (level === undefined) return
    }
    if (node.children === undefined) return
    if (level !== '+' && level !== '#') {
      const next = node.children.get(level)
      if (next !== undefined) yield* this.#walk(next, levels, at + 1)
      return
    }
    for (const [name, next] of node.children) {
      if (node === this.#root && name.startsWith('$')) continue // [MQTT-4.7.2-1]
      yield* this.#walk(next, levels, level === '#' ? at : at + 1)
    }
  }
}
