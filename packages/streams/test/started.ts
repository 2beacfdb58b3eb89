import { type DeployOptions, Engine, type EngineOptions, type Rule, Types, type Value } from '../src/index.ts'

/** Types by name, with a UCUM unit behind a blank: `double W`. */
export type Columns = Readonly<Record<string, string>>

export interface Started {
  readonly engine: Engine
  readonly rule: Rule
  /** Rows of the insert stream since they were taken last. */
  take(): Record<string, Value>[]
  /** Rows of the remove stream since they were taken last. */
  takeRemoved(): Record<string, Value>[]
}

/** The streams of most tests: a plug's power and energy, a door, a temperature. */
export const energy: Readonly<Record<string, Columns>> = {
  Power: { device: 'string', watts: 'double W' },
  Energy: { device: 'string', total: 'double W.h' },
  Door: { device: 'string', open: 'boolean' },
  Climate: { room: 'string', celsius: 'double' },
}

/** An engine that knows some streams. */
export function engineOf(streams: Readonly<Record<string, Columns>>, options?: EngineOptions): Engine {
  const engine = new Engine(options)
  for (const [name, columns] of Object.entries(streams))
    engine.stream(
      name,
      Object.entries(columns).map(([field, text]) => ({ name: field, type: typeOf(text) })),
    )
  return engine
}

/** Deploys a rule and listens to its last statement. */
export function started(
  epl: string,
  streams: Readonly<Record<string, Columns>> = energy,
  options?: EngineOptions & DeployOptions,
): Started {
  const engine = engineOf(streams, options)
  const rule = engine.deploy(epl, options)
  const inserted: Record<string, Value>[] = []
  const removed: Record<string, Value>[] = []
  rule.statements.at(-1)!.listeners.add(({ insert, remove }) => {
    inserted.push(...insert.map(event => ({ ...event.toObject() })))
    removed.push(...remove.map(event => ({ ...event.toObject() })))
  })
  return { engine, rule, take: () => inserted.splice(0), takeRemoved: () => removed.splice(0) }
}

function typeOf(text: string): Types.Type {
  const [name, unit] = text.split(' ')
  const type = Types.typeNamed(name) ?? Types.anything
  return type.kind === 'number' ? { ...type, unit } : type
}
