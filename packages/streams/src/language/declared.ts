import { RuleFault } from '../errors.ts'
import type { Argument, Expr, Select } from './ast.ts'

/** An expression that has a name. */
export interface Declared {
  readonly params: readonly string[]
  readonly body: Expr
}

type Lookup = (name: string) => Declared | undefined

/** Deeper than this, declarations call each other in a circle. */
const deepest = 32

/**
 * A statement's tree with what was declared by `expression … {…}` written out: the body in place of the call, what is
 * given in place of the parameters. So aggregates, sub-queries and grouping see what is really there.
 */
export function writtenOut<T>(tree: T, lookup: Lookup, depth = 0): T {
  if (Array.isArray(tree)) return tree.map(item => writtenOut(item, lookup, depth)) as T
  if (typeof tree !== 'object' || tree === null) return tree
  const node = tree as Record<string, unknown>
  const body = depth < deepest ? bodyOf(node, lookup) : undefined
  if (body) return writtenOut(body, lookup, depth + 1) as T
  const made = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, writtenOut(value, lookup, depth)]),
  )
  return made as T
}

/** What a node stands for, when it is a call of a declared expression, or its name alone. */
function bodyOf(node: Record<string, unknown>, lookup: Lookup): Expr | undefined {
  if (node.kind !== 'call' && node.kind !== 'name') return undefined
  const found = lookup(node.name as string)
  if (!found || (node.kind === 'name' && found.params.length > 0)) return undefined
  const args = node.kind === 'call' ? (node.args as Argument[]) : []
  if (args.length !== found.params.length) {
    const [takes, name] = [found.params.length, node.name as string]
    throw new RuleFault(
      `${name}() takes ${takes} ${takes === 1 ? 'value' : 'values'}, got ${args.length}`,
      node.at as Expr['at'],
    )
  }
  const given = new Map(found.params.map((param, i) => [param, args[i]?.value]))
  return replaced(found.body, given)
}

/** @param given for a parameter without a value (`f(*)`) its properties are those of the stream */
function replaced<T>(tree: T, given: ReadonlyMap<string, Expr | undefined>): T {
  if (given.size === 0) return tree
  if (Array.isArray(tree)) return tree.map(item => replaced(item, given)) as T
  if (typeof tree !== 'object' || tree === null) return tree
  const expr = tree as unknown as Expr
  if (expr.kind === 'name' && given.get(expr.name)) return given.get(expr.name) as T
  if (
    expr.kind === 'member' &&
    expr.of.kind === 'name' &&
    given.has(expr.of.name) &&
    !given.get(expr.of.name)
  )
    return { ...expr, kind: 'name', of: undefined } as T
  const inner = expr.kind === 'lambda' ? without(given, expr.params) : given
  const made = Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, replaced(value, inner)]))
  if (expr.kind === 'call') return { ...made, args: expr.args.map(arg => star(arg, inner)) } as T
  return made as T
}

/** `sum(x.*)` keeps the alias that was given for `x`. */
function star<A extends { star?: string | true; value?: Expr }>(
  arg: A,
  given: ReadonlyMap<string, Expr | undefined>,
): A {
  if (typeof arg.star !== 'string') return replaced(arg, given)
  const value = given.get(arg.star)
  return value?.kind === 'name' ? { ...arg, star: value.name } : arg
}

function without(given: ReadonlyMap<string, Expr | undefined>, hidden: readonly string[]) {
  return new Map([...given].filter(([param]) => !hidden.includes(param)))
}

/** The select list with the names that its columns have before anything is written out. */
export function namedColumns(select: Select, nameOf: (expr: Expr) => string, lookup: Lookup): Select {
  const items = select.items.map(item => {
    if (item.kind !== 'expr' || item.as !== undefined) return item
    return bodyOf(item.expr as unknown as Record<string, unknown>, lookup)
      ? { ...item, as: nameOf(item.expr) }
      : item
  })
  return { ...select, items }
}
