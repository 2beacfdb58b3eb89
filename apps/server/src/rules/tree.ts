/** A node of parsed text. */
export type Tree = Readonly<Record<string, unknown>>

/** Every node of the tree, parents before children. */
export function nodesOf(root: unknown, into: Tree[] = []): readonly Tree[] {
  if (Array.isArray(root)) for (const item of root) nodesOf(item, into)
  else if (typeof root === 'object' && root !== null) {
    into.push(root as Tree)
    for (const value of Object.values(root)) if (typeof value === 'object') nodesOf(value, into)
  }
  return into
}
