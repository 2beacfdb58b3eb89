import type { Position, Statement } from '@ohmstead/streams'
import { nodesOf, type Tree } from './tree.ts'

/** Readings that a rule looks at. A null means all there are. */
export interface Need {
  readonly measurement: string
  readonly devices: ReadonlySet<string> | null
  readonly fields: ReadonlySet<string> | null
}

/**
 * What a rule has to be given, by stream: never less than it looks at, and as little more as can be told from its text
 * (filters on `device`, and names that occur). Names of streams that are no measurements are the rule's own, or others'.
 */
export function needsOf(statements: readonly Statement[]): Need[] {
  const fields = fieldsOf(statements)
  const devices = new Map<string, Set<string> | null>()
  for (const statement of statements)
    for (const { stream, filter } of sourcesOf(statement)) {
      const named = devicesOf(filter)
      const before = devices.get(stream)
      if (named === null || before === null) devices.set(stream, null)
      else devices.set(stream, (before ?? new Set()).union(named))
    }
  return [...devices].map(([measurement, named]) => ({ measurement, devices: named, fields }))
}

/** The same needs once for each measurement: what any of them looks at. */
export function joined(needs: readonly Need[]): Need[] {
  return [...Map.groupBy(needs, ({ measurement }) => measurement)].map(([measurement, own]) => ({
    measurement,
    devices: unionOf(own.map(({ devices }) => devices)),
    fields: unionOf(own.map(({ fields }) => fields)),
  }))
}

function unionOf(sets: readonly (ReadonlySet<string> | null)[]): ReadonlySet<string> | null {
  const all = new Set<string>()
  for (const set of sets) {
    if (set === null) return null
    for (const one of set) all.add(one)
  }
  return all
}

/** Streams that statements look at, whoever makes them, and where each is named first. */
export function streamsNamed(statements: readonly Statement[]): Map<string, Position | undefined> {
  const named = new Map<string, Position | undefined>()
  for (const statement of statements)
    for (const { stream, at } of sourcesOf(statement)) if (!named.has(stream)) named.set(stream, at)
  return named
}

/** Streams that statements insert into, and where; windows and tables of their own are none. */
export function streamsMade(statements: readonly Statement[]): Map<string, Position | undefined> {
  const made = new Map<string, Position | undefined>()
  for (const node of nodesOf(statements)) {
    const insert = node.insert as Tree | undefined
    const target = insert?.target ?? (node.kind === 'insert' ? node.into : undefined)
    if (typeof target === 'string' && !made.has(target))
      made.set(target, (insert?.at ?? node.at) as Position | undefined)
  }
  for (const { body } of statements)
    if (body.kind === 'createWindow' || body.kind === 'createTable') made.delete(body.name)
  return made
}

/** Everything with the name of a stream that statements make or declare. */
export function streamsOwned(statements: readonly Statement[]): Set<string> {
  const owned = new Set(streamsMade(statements).keys())
  for (const { body } of statements)
    if (body.kind === 'createWindow' || body.kind === 'createTable' || body.kind === 'createSchema')
      owned.add(body.name)
  return owned
}

interface Source {
  readonly stream: string
  readonly filter: readonly Tree[]
  readonly at?: Position | undefined
}

/** Every place in the text where a stream is named, with the filter behind it. */
function* sourcesOf(statement: Statement): Generator<Source> {
  for (const node of nodesOf(statement)) {
    const stream = streamOf(node)
    if (stream === undefined) continue
    const filter = Array.isArray(node.filter) ? (node.filter as Tree[]) : []
    yield { stream, filter, at: node.at as Position | undefined }
  }
  const { body } = statement
  if (body.kind === 'createWindow' && body.from !== undefined)
    yield { stream: body.from, filter: [], at: body.at }
}

function streamOf(node: Tree): string | undefined {
  if (typeof node.type === 'string' && Array.isArray(node.filter)) return node.type
  if (node.kind === 'type' && typeof node.name === 'string') return node.name
  return typeof node.type === 'string' && Array.isArray(node.sources) ? node.type : undefined
}

/** The devices that can pass a filter; null when it does not tell. */
function devicesOf(filter: readonly Tree[]): Set<string> | null {
  for (const condition of filter.flatMap(conjuncts)) {
    const named = namedBy(condition)
    if (named) return named
  }
  return null
}

function conjuncts(node: Tree): Tree[] {
  if (node.kind !== 'binary' || node.op !== 'and') return [node]
  return [...conjuncts(node.left as Tree), ...conjuncts(node.right as Tree)]
}

function namedBy(node: Tree): Set<string> | undefined {
  if (node.kind === 'binary' && node.op === '=') {
    const [left, right] = [node.left as Tree, node.right as Tree]
    if (isDevice(left)) return texts([right])
    return isDevice(right) ? texts([left]) : undefined
  }
  if (node.kind === 'in' && node.negated !== true && isDevice(node.of as Tree))
    return texts(node.list as Tree[])
  return undefined
}

const isDevice = (node: Tree) => node.kind === 'name' && node.name === 'device'

function texts(nodes: readonly Tree[]): Set<string> | undefined {
  const values = nodes.map(node => (node.kind === 'literal' ? node.value : undefined))
  return values.every(value => typeof value === 'string') ? new Set(values as string[]) : undefined
}

/** Every name in the text; null where whole events are taken, so that no field can be left out. */
function fieldsOf(statements: readonly Statement[]): Set<string> | null {
  const names = new Set<string>()
  const whole = new Set<unknown>()
  for (const node of nodesOf(statements)) {
    if (node.kind === 'call' && node.name === 'count') for (const arg of node.args as Tree[]) counted.add(arg)
    if (node.kind === 'all' || node.kind === 'stream') return null
    if (node.star !== undefined && !counted.has(node)) return null
    for (const alias of [node.alias, node.tag]) if (alias !== undefined) whole.add(alias)
    if (node.kind === 'member') names.add(String(node.name))
    const of = node.kind === 'member' || node.kind === 'index' ? (node.of as Tree) : undefined
    if (node.kind === 'name' && !prefixes.has(node)) names.add(String(node.name))
    if (of?.kind === 'name') prefixes.add(of)
  }
  for (const alias of whole) if (names.has(String(alias))) return null
  return names
}

/** The stars of `count(*)`, which looks at no field. */
const counted = new WeakSet<Tree>()

/** Names that stand before a dot: an alias there is not the whole event. */
const prefixes = new WeakSet<Tree>()
