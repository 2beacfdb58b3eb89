/** Several sources in time order as one in time order; of equal times the earlier source's first. */
export async function* merge<T extends { readonly time: number }>(
  sources: readonly AsyncIterable<T>[],
): AsyncGenerator<T> {
  const open = sources.map(source => source[Symbol.asyncIterator]())
  try {
    const heads = await Promise.all(open.map(source => source.next()))
    for (;;) {
      let first = -1
      for (const [index, head] of heads.entries())
        if (!head.done && (first === -1 || head.value.time < heads[first].value!.time)) first = index
      if (first === -1) return
      yield heads[first].value as T
      heads[first] = await open[first].next()
    }
  } finally {
    for (const source of open) await source.return?.()
  }
}
