import type { Statement } from '@ohmstead/streams'
import type { Compiled } from './compile.ts'

/** A comparison of a value with a number. */
export interface Test {
  readonly op: '<' | '<=' | '>' | '>=' | '=' | '!='
  readonly limit: number
}

/** What one statement of a level asks of a reading: all tests, and the device when it names some. */
export interface Side {
  readonly devices: ReadonlySet<string> | null
  readonly tests: readonly Test[]
}

/**
 * A rule that judges each reading by itself and says of each device when something begins and when it ends: of readings in a row
 * that are on the same side only the first can have it say something.
 */
export interface Level {
  readonly measurement: string
  readonly field: string
  readonly raise: Side
  readonly clear: Side
}

type Tree = Readonly<Record<string, unknown>>

/** What can be judged without the engine; undefined for all other rules, and whenever it is not certain. */
export function levelOf({ links }: Pick<Compiled, 'links'>): Level | undefined {
  const [{ statements }] = links
  if (links.length > 1 || statements.length !== 2) return undefined
  const raise = partOf(statements.find(({ name }) => name === 'raise'))
  const clear = partOf(statements.find(({ name }) => name === 'clear'))
  if (!raise || !clear || raise.measurement !== clear.measurement || raise.field !== clear.field)
    return undefined
  const { measurement, field } = raise
  return { measurement, field, raise: raise.side, clear: clear.side }
}

/** Whether a reading of the device is on that side. */
export function isOn({ devices, tests }: Side, device: string, value: number): boolean {
  return (devices === null || devices.has(device)) && tests.every(test => holds(test, value))
}

function holds({ op, limit }: Test, value: number): boolean {
  switch (op) {
    case '<':
      return value < limit
    case '<=':
      return value <= limit
    case '>':
      return value > limit
    case '>=':
      return value >= limit
    case '=':
      return value === limit
    case '!=':
      return value !== limit
  }
}

interface Part {
  readonly measurement: string
  readonly field: string
  readonly side: Side
}

/** `select device, … from stream(filter)` and nothing else. */
function partOf(statement: Statement | undefined): Part | undefined {
  if (!statement || !isPlain(statement)) return undefined
  const body = statement.body as unknown as Tree
  const [source, ...others] = body.from as Tree[]
  if (others.length > 0 || (source.views as unknown[]).length > 0 || source.unidirectional === true)
    return undefined
  const { kind, name, filter } = source.source as Tree
  if (kind !== 'type' || typeof name !== 'string') return undefined
  const part = sideOf(name, (filter as Tree[]).flatMap(conjuncts))
  return part && isAboutDevice(body.items as Tree[], part.field) ? part : undefined
}

/** What a plain statement has, and no more. */
const plain = new Set(['kind', 'distinct', 'items', 'from', 'joins', 'groupBy', 'orderBy', 'at'])
const tokens = new Set(['name', 'annotations', 'expressions', 'body', 'at', 'text'])

function isPlain(statement: Statement): boolean {
  const body = statement.body as unknown as Tree
  return (
    body.kind === 'select' &&
    body.distinct === false &&
    isEmpty(body.joins, body.groupBy, body.orderBy, statement.expressions) &&
    statement.annotations.every(({ name }) => name.toLowerCase() === 'name') &&
    present(statement as unknown as Tree).every(key => tokens.has(key)) &&
    present(body).every(key => plain.has(key))
  )
}

const isEmpty = (...lists: unknown[]) => lists.every(list => Array.isArray(list) && list.length === 0)
const present = (node: Tree) => Object.keys(node).filter(key => node[key] !== undefined)

/** Its rows are about their device, and hold what every reading that is judged has. */
function isAboutDevice(items: readonly Tree[], field: string): boolean {
  const columns = items.map(({ kind, expr, as }) => {
    const { kind: of, name } = (expr ?? {}) as Tree
    return kind === 'expr' && of === 'name' ? { name, as: as ?? name } : undefined
  })
  return (
    columns.every(
      column => column && (common.has(column.name) || column.name === field) && column.as !== 'key',
    ) && columns.some(column => column?.as === 'device' && column.name === 'device')
  )
}

function conjuncts(node: Tree): Tree[] {
  if (node.kind !== 'binary' || node.op !== 'and') return [node]
  return [...conjuncts(node.left as Tree), ...conjuncts(node.right as Tree)]
}

function sideOf(measurement: string, conditions: readonly Tree[]): Part | undefined {
  let devices: Set<string> | null = null
  let field: string | undefined
  const tests: Test[] = []
  for (const condition of conditions) {
    const named = devicesOf(condition)
    if (named) {
      devices = devices === null ? named : devices.intersection(named)
      continue
    }
    const test = testOf(condition)
    if (!test || (field !== undefined && field !== test.field)) return undefined
    field = test.field
    tests.push(test)
  }
  return field === undefined ? undefined : { measurement, field, side: { devices, tests } }
}

function devicesOf({ kind, op, left, right, of, list, negated }: Tree): Set<string> | undefined {
  if (kind === 'binary' && op === '=' && isName(left, 'device')) return texts([right as Tree])
  if (kind === 'in' && negated === false && isName(of, 'device')) return texts(list as Tree[])
  return undefined
}

const isName = (node: unknown, name: string) => (node as Tree).kind === 'name' && (node as Tree).name === name

function texts(nodes: readonly Tree[]): Set<string> | undefined {
  const values = nodes.map(node => (node.kind === 'literal' ? node.value : undefined))
  return values.every(value => typeof value === 'string') ? new Set(values as string[]) : undefined
}

const operators = new Set<unknown>(['<', '<=', '>', '>=', '=', '!='])
const common = new Set<unknown>(['device', 'place', 'time'])

function testOf({ kind, op, left, right }: Tree): (Test & { field: string }) | undefined {
  if (kind !== 'binary' || !operators.has(op)) return undefined
  const { kind: of, name } = left as Tree
  const limit = numberOf(right as Tree)
  if (of !== 'name' || typeof name !== 'string' || common.has(name) || limit === undefined) return undefined
  return { op: op as Test['op'], limit, field: name }
}

function numberOf(node: Tree): number | undefined {
  if (node.kind === 'literal') return typeof node.value === 'number' ? node.value : undefined
  if (node.kind !== 'unary' || node.op !== '-') return undefined
  const number = numberOf(node.of as Tree)
  return number === undefined ? undefined : -number
}
