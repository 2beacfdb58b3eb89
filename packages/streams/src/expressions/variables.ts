import type { Catalog } from '../engine/catalog.ts'
import type { Expr } from '../language/ast.ts'

/** The variables an expression reads, constants left out: when one changes, the expression may say something else. */
export function variablesIn(expr: Expr, catalog: Catalog): readonly string[] {
  const found = new Set<string>()
  const look = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(look)
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return
    const { kind, name } = node as { kind?: unknown; name?: unknown }
    if (kind === 'name' && typeof name === 'string' && catalog.variable(name)?.constant === false)
      found.add(name)
    Object.values(node).forEach(look)
  }
  look(expr)
  return [...found]
}
